/// The version of this program; the only place where it is written.
public enum BridgeVersion {
    /// The version, by the rules of semantic versioning.
    public static let current = "0.1.0"
}
