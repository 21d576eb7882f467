/// Why a text is no key of `v1a` signatures.
public enum WebhookKeyError: Error, Hashable, Sendable {
    /// It is not padded standard base64.
    case notBase64
    /// It decodes to this many bytes: a public key has 32, a signing key 32 or 64.
    case byteCount(Int)
    /// The public key in the second half of a signing key does not belong to the private key in the first.
    case mismatchedHalves
}
