import Crypto
import Foundation

/// The private key of a sender who signs with Ed25519 (`v1a`). Its description is redacted.
public struct WebhookSigningKey: Sendable, CustomStringConvertible, CustomReflectable {
    private static let prefix = "whsk_"
    private static let seedByteCount = 32

    private let key: Curve25519.Signing.PrivateKey

    /// Reads a key: `whsk_` and padded standard base64, or the base64 alone.
    ///
    /// It decodes to 32 bytes, the seed of RFC 8032, or to 64: the seed and the public key. Both are in use.
    ///
    /// - Throws: ``WebhookKeyError`` when it is not base64, decodes to another number of bytes, or to a seed and a
    ///   public key that do not belong together.
    public init(_ text: String) throws(WebhookKeyError) {
        guard let data = StrictBase64.decode(text, prefix: Self.prefix) else { throw .notBase64 }
        guard data.count == Self.seedByteCount || data.count == Self.seedByteCount + WebhookPublicKey.byteCount,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: data.prefix(Self.seedByteCount))
        else { throw .byteCount(data.count) }
        let publicKey = data.dropFirst(Self.seedByteCount)
        guard publicKey.isEmpty || publicKey == key.publicKey.rawRepresentation else { throw .mismatchedHalves }
        self.init(key)
    }

    /// A new key from the system's random numbers.
    public static func generate() -> WebhookSigningKey {
        WebhookSigningKey(Curve25519.Signing.PrivateKey())
    }

    private init(_ key: Curve25519.Signing.PrivateKey) {
        self.key = key
    }

    /// The key as it is kept: `whsk_` and the base64 of 64 bytes, the seed and the public key.
    public var text: String {
        Self.prefix + (key.rawRepresentation + key.publicKey.rawRepresentation).base64EncodedString()
    }

    /// What receivers verify with.
    public var publicKey: WebhookPublicKey {
        WebhookPublicKey(key.publicKey)
    }

    /// The signature, 64 bytes. On Linux it is the same every time; Apple's platforms mix random numbers in.
    func signature(of content: Data) -> Data {
        do {
            return try key.signature(for: content)
        } catch {
            // Ed25519 signs whatever it is given: all that can be missing is memory.
            fatalError("Ed25519 could not sign: \(error)")
        }
    }

    /// Never the key.
    public var description: String { "<redacted>" }

    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension WebhookSigningKey: Hashable {
    /// Whether both are the same key.
    public static func == (lhs: WebhookSigningKey, rhs: WebhookSigningKey) -> Bool {
        lhs.key.rawRepresentation == rhs.key.rawRepresentation
    }

    /// Hashes the public key, which tells keys apart as well and gives nothing away.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(publicKey)
    }
}
