import BridgeCore
import Marksign

/// A checked request to start a session at Marksign.
public struct StartCommand: Sendable {
    /// Whose session it will be.
    public let clientID: ClientID
    /// With what is signed.
    public let method: SigningMethod
    /// Who signs.
    public let signer: Signer
    /// What is signed.
    public let payload: StartPayload
    /// What the client attached.
    public let metadata: Metadata
    /// The caller's idempotency key.
    public let key: IdempotencyKey?
    /// The id of the request, for the answers that are kept.
    public let requestID: String

    /// A start.
    public init(
        clientID: ClientID, method: SigningMethod, signer: Signer, payload: StartPayload, metadata: Metadata,
        key: IdempotencyKey?, requestID: String
    ) {
        self.clientID = clientID
        self.method = method
        self.signer = signer
        self.payload = payload
        self.metadata = metadata
        self.key = key
        self.requestID = requestID
    }
}

/// What is signed.
public enum StartPayload: Sendable {
    /// A document.
    case document(DocumentStart)
    /// A hash.
    case hash(HashStart)

    /// Which of both.
    public var kind: SigningKind {
        switch self {
        case .document: .document
        case .hash: .hash
        }
    }
}

/// What became of a request to watch a token.
public enum WatchAnswer: Sendable {
    /// It is watched; the answer is on disk.
    case answered(KeptAnswer)
    /// The client watches the token already, or did.
    case exists(SessionID)
    /// Another client watches it, or did.
    case inUse
    /// The idempotency key is not free.
    case keyNotFree(KeyState)
}

/// What became of a request to cancel a session.
public enum CancelAnswer: Sendable {
    /// It is cancelled.
    case cancelled(Session)
    /// It was final, or became so with another outcome.
    case final(Session)
    /// It takes long, or the bridge shuts down; the intent is recorded and will be carried out.
    case interrupted
    /// There is no such session.
    case notFound
}
