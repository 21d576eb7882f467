/// The means by which the signer confirms.
public enum SigningMethod: String, Hashable, Sendable, CaseIterable {
    /// Smart-ID.
    case smartID = "smart-id"
}
