/// Why a webhook is not to be trusted.
public enum WebhookVerificationError: Error, Hashable, Sendable {
    /// The field of this name is missing or empty.
    case missingHeader(String)
    /// The identifier is empty or holds a full stop, which would make the signed content ambiguous.
    case malformedID
    /// The timestamp is not a whole number of seconds.
    case malformedTimestamp
    /// The attempt was made too long ago: perhaps a replay.
    case timestampTooOld
    /// The attempt claims to be made too far in the future.
    case timestampTooNew
    /// No signature was made with a known secret or key.
    case noMatchingSignature
}
