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

/// What became of a start.
public enum StartResult: Sendable {
    /// It ended with an answer that is on disk, where its idempotency key finds it: send it as it is.
    case answered(KeptAnswer)
    /// Marksign refuses the access token or the configuration. Nothing stays.
    case upstreamUnauthorized(upstreamCode: Int?)
    /// Marksign had an error of its own. Nothing stays.
    case upstreamError(upstreamCode: Int?)
    /// Marksign was not reached, was busy, or the budget had no room in time. Nothing stays.
    case unavailable(retryAfter: Duration)
    /// The idempotency key is not free.
    case keyNotFree(KeyState)
    /// The store does not take it. Nothing was sent.
    case storeUnavailable
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

/// Writes the answers that are kept under idempotency keys, for starts whose caller may be long gone.
public protocol AnswerRenderer: Sendable {
    /// `201` with the session.
    func started(_ session: Session) -> KeptAnswer
    /// `422`: Marksign refused the start.
    func refused(code: String, upstreamCode: Int, requestID: String) -> KeptAnswer
    /// `504`: the start was sent, and its answer is lost.
    func startUnknown(_ session: SessionID, requestID: String) -> KeptAnswer
}
