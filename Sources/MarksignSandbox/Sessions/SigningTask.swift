/// What a session yields once its signer has signed.
enum SigningTask {
    case document(DocumentRequest)
    /// The signature value is made at the start: ECDSA gives another one every time, and a result can be read again.
    case hash(signatureValue: String)

    var kind: SandboxEvent.Kind {
        switch self {
        case .document: .document
        case .hash: .hash
        }
    }

    /// How many bytes of files it holds.
    var size: Int {
        switch self {
        case .document(let request): request.files.reduce(0) { $0 + $1.content.count }
        case .hash: 0
        }
    }
}
