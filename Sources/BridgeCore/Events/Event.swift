/// What is told to a client: one for each final session, with bytes that never change.
public struct Event: Sendable, Equatable {
    /// Its id; also the `webhook-id` of every delivery.
    public let id: EventID
    /// To whom it is told.
    public let clientID: ClientID
    /// Of which session; `nil` for a test of an endpoint.
    public let sessionID: SessionID?
    /// What it tells.
    public let type: EventType
    /// When it happened.
    public let createdAt: Timestamp
    /// The webhook's body, the same on every attempt and to every endpoint.
    public let body: [UInt8]

    /// An event.
    public init(
        id: EventID, clientID: ClientID, sessionID: SessionID?, type: EventType, createdAt: Timestamp, body: [UInt8]
    ) {
        self.id = id
        self.clientID = clientID
        self.sessionID = sessionID
        self.type = type
        self.createdAt = createdAt
        self.body = body
    }
}
