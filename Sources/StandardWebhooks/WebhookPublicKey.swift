import Crypto
import Foundation

/// The public half of a ``WebhookSigningKey``: receivers verify `v1a` signatures with it. It is no secret.
public struct WebhookPublicKey: Hashable, Sendable, CustomStringConvertible {
    /// How many bytes a key has.
    public static let byteCount = 32
    private static let prefix = "whpk_"

    /// The 32 bytes of the key, as in RFC 8032.
    public let bytes: [UInt8]

    /// Reads a key: `whpk_` and padded standard base64, or the base64 alone.
    ///
    /// - Throws: ``WebhookKeyError`` when it is not base64, or does not decode to 32 bytes.
    public init(_ text: String) throws(WebhookKeyError) {
        guard let data = StrictBase64.decode(text, prefix: Self.prefix) else { throw .notBase64 }
        try self.init(bytes: Array(data))
    }

    /// The key of these bytes, as the `x` of a JSON Web Key holds them.
    ///
    /// - Throws: ``WebhookKeyError/byteCount(_:)`` unless they are 32.
    public init(bytes: [UInt8]) throws(WebhookKeyError) {
        guard bytes.count == Self.byteCount else { throw .byteCount(bytes.count) }
        self.bytes = bytes
    }

    init(_ key: Curve25519.Signing.PublicKey) {
        bytes = Array(key.rawRepresentation)
    }

    /// The key as it is handed to receivers: `whpk_` and base64.
    public var text: String { Self.prefix + Data(bytes).base64EncodedString() }

    /// The same as ``text``.
    public var description: String { text }

    /// Whether the key's owner made that signature. Bytes that are no point of the curve verify nothing.
    func verifies(_ signature: Data, of content: Data) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return false }
        return key.isValidSignature(signature, for: content)
    }
}
