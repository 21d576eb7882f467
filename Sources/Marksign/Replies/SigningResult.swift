/// What a completed session yields.
public enum SigningResult: Equatable, Sendable {
    /// The signed document.
    case document(SignedDocument)
    /// The signature of the hash.
    case hash(SignatureValue)
}
