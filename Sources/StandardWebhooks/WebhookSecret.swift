import Crypto
import Foundation

/// A shared secret of sender and receiver: 24 to 64 random bytes. Its description is redacted.
public struct WebhookSecret: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// How many bytes a secret may have.
    public static let allowedByteCounts = 24...64
    private static let prefix = "whsec_"

    private let bytes: [UInt8]

    /// Reads a secret: `whsec_` and padded standard base64, or the base64 alone.
    ///
    /// - Throws: ``WebhookSecretError`` when it is not base64, or does not decode to 24 to 64 bytes.
    public init(_ text: String) throws(WebhookSecretError) {
        guard let data = StrictBase64.decode(text, prefix: Self.prefix) else { throw .notBase64 }
        try self.init(bytes: Array(data))
    }

    /// A secret of these bytes, which should come from a cryptographic source.
    ///
    /// - Throws: ``WebhookSecretError/byteCount(_:)`` unless they are 24 to 64.
    public init(bytes: [UInt8]) throws(WebhookSecretError) {
        guard Self.allowedByteCounts.contains(bytes.count) else { throw .byteCount(bytes.count) }
        self.bytes = bytes
    }

    /// A new secret of 24 bytes: 192 bits, and the one length whose base64 every library reads, as it has no padding.
    public static func generate(using generator: inout some RandomNumberGenerator) -> WebhookSecret {
        let bytes = (0..<24).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return WebhookSecret(checked: bytes)
    }

    /// A new secret from the system's random numbers.
    public static func generate() -> WebhookSecret {
        var generator = SystemRandomNumberGenerator()
        return generate(using: &generator)
    }

    private init(checked bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The secret as it is handed to the receiver: `whsec_` and base64.
    public var text: String { Self.prefix + Data(bytes).base64EncodedString() }

    /// The key of the signatures.
    var key: SymmetricKey { SymmetricKey(data: bytes) }

    /// Never the secret.
    public var description: String { "<redacted>" }

    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
