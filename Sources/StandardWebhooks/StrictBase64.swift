import Foundation

/// Standard base64 with padding, in the one form that encoders write.
enum StrictBase64 {
    /// The bytes, nil for any other text: Foundation alone lets surplus padding and stray bits pass.
    static func decode(_ text: String) -> Data? {
        guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else { return nil }
        return data
    }

    /// The bytes of a text that may begin with the prefix of its kind.
    static func decode(_ text: String, prefix: String) -> Data? {
        decode(text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text)
    }
}
