import Marksign

/// One signing session at Marksign that the bridge watches.
public struct Session: Sendable, Equatable {
    /// Its id.
    public let id: SessionID
    /// Whose session it is.
    public let clientID: ClientID
    /// What is signed.
    public let kind: SigningKind
    /// With what.
    public let method: SigningMethod
    /// Where it stands.
    public var status: SessionStatus
    /// Marksign's identifier of it; `nil` when its start's answer was lost.
    public var token: SessionToken?
    /// What the signer compares with the phone; `nil` for a session that was started elsewhere.
    public var controlCode: String?
    /// When it was accepted.
    public let createdAt: Timestamp
    /// When it is given up if it is still waiting.
    public let expiresAt: Timestamp
    /// When it ended.
    public var endedAt: Timestamp?
    /// What it gave, when it completed.
    public var result: SessionResult?
    /// Why it did not complete.
    public var error: SessionError?
    /// What the client attached.
    public let metadata: Metadata
    /// Counts the owners that the session has had; a final write names it, so that a stale owner changes nothing.
    public let epoch: Int64

    /// A session.
    public init(
        id: SessionID, clientID: ClientID, kind: SigningKind, method: SigningMethod, status: SessionStatus,
        token: SessionToken?, controlCode: String? = nil, createdAt: Timestamp, expiresAt: Timestamp,
        endedAt: Timestamp? = nil, result: SessionResult? = nil, error: SessionError? = nil,
        metadata: Metadata = .none, epoch: Int64 = 1
    ) {
        self.id = id
        self.clientID = clientID
        self.kind = kind
        self.method = method
        self.status = status
        self.token = token
        self.controlCode = controlCode
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.endedAt = endedAt
        self.result = result
        self.error = error
        self.metadata = metadata
        self.epoch = epoch
    }
}
