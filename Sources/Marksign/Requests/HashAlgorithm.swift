/// The hash algorithms that Marksign takes for hash signing.
public enum HashAlgorithm: String, Hashable, Sendable, CaseIterable {
    /// SHA-256.
    case sha256 = "SHA256"
    /// SHA-512.
    case sha512 = "SHA512"

    /// The length of a hash in hexadecimal digits.
    public var hexLength: Int {
        switch self {
        case .sha256: 64
        case .sha512: 128
        }
    }
}
