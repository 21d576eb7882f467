/// Why a text is no webhook secret.
public enum WebhookSecretError: Error, Hashable, Sendable {
    /// It is not padded standard base64.
    case notBase64
    /// It decodes to this many bytes, and not 24 to 64.
    case byteCount(Int)
}
