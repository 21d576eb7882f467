/// What is wrong with a result that Marksign calls `ok`; the raw values are stable.
public enum InvalidResult: String, Error, Hashable, Sendable, CaseIterable {
    /// There is no file, or it has no content.
    case fileMissing = "file_missing"
    /// The content is not base64.
    case fileUnreadable = "file_unreadable"
    /// There is no signature value.
    case signatureValueMissing = "signature_value_missing"
    /// The signature value is not base64.
    case signatureValueUnreadable = "signature_value_unreadable"
}
