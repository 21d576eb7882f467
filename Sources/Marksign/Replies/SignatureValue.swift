import StrictJSON

/// The signature of a hash.
public struct SignatureValue: RawRepresentable, Hashable, Sendable {
    /// The text exactly as Marksign sent it: base64, and what it decodes to may be base64 again.
    public let rawValue: String

    /// The value, or nil when `rawValue` is empty or not base64.
    public init?(rawValue: String) {
        guard let count = Base64.decodedCount(of: rawValue.utf8), count > 0 else { return nil }
        self.rawValue = rawValue
    }

    init(reply: JSON) throws(InvalidResult) {
        guard let text = reply["signature_value"]?.string, !text.isEmpty else { throw .signatureValueMissing }
        guard let value = SignatureValue(rawValue: text) else { throw .signatureValueUnreadable }
        self = value
    }
}
