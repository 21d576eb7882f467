import Foundation

/// The versions of signatures, and how they stand in `webhook-signature`: `v1,…`, with one space between them.
enum SignatureVersion: String {
    /// HMAC-SHA256 with the shared secret.
    case symmetric = "v1"
    /// Ed25519 with the sender's private key.
    case asymmetric = "v1a"

    /// How many signatures of a version are looked at: whoever sends more would have a receiver do their sums for free.
    static let maximumSignatures = 16

    /// A signature as it stands in the field.
    func item(_ signature: Data) -> String {
        "\(rawValue),\(signature.base64EncodedString())"
    }

    /// The first signatures of this version; those of other versions and malformed ones are passed over.
    func signatures(in field: String) -> [Data] {
        let signatures = field.split(separator: " ").lazy.compactMap { item -> Data? in
            let parts = item.split(separator: ",", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == rawValue else { return nil }
            return StrictBase64.decode(String(parts[1]))
        }
        return Array(signatures.prefix(Self.maximumSignatures))
    }
}
