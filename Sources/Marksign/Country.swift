/// A country whose signers Marksign knows.
public enum Country: String, Hashable, Sendable, CaseIterable {
    /// Lithuania.
    case lithuania = "LT"
    /// Latvia.
    case latvia = "LV"
    /// Estonia.
    case estonia = "EE"
}
