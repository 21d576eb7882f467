import Crypto

/// The algorithms that a file's digest may have; the raw values are their usual names.
public enum DigestAlgorithm: String, Hashable, Sendable, CaseIterable {
    /// SHA-1: a checksum here, not a protection.
    case sha1 = "SHA-1"
    /// SHA-256.
    case sha256 = "SHA-256"
    /// SHA-384.
    case sha384 = "SHA-384"
    /// SHA-512.
    case sha512 = "SHA-512"

    /// The algorithm whose digests have the length of `digest`; nil when none has, or it is not hexadecimal.
    public init?(hexDigest digest: String) {
        guard Hex.isHex(digest) else { return nil }
        switch digest.utf8.count {
        case 40: self = .sha1
        case 64: self = .sha256
        case 96: self = .sha384
        case 128: self = .sha512
        default: return nil
        }
    }

    /// The digest of `content` in lower-case hexadecimal.
    public func hex(of content: [UInt8]) -> String {
        switch self {
        case .sha1: Hex.encode(Insecure.SHA1.hash(data: content))
        case .sha256: Hex.encode(SHA256.hash(data: content))
        case .sha384: Hex.encode(SHA384.hash(data: content))
        case .sha512: Hex.encode(SHA512.hash(data: content))
        }
    }
}
