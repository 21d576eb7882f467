/// One event going to one endpoint.
public struct Delivery: Sendable, Equatable {
    /// Its id.
    public let id: DeliveryID
    /// What is delivered.
    public let eventID: EventID
    /// The event's type.
    public let eventType: EventType
    /// The session that the event tells of; `nil` for a test.
    public let sessionID: SessionID?
    /// Where it goes.
    public let endpointID: EndpointID
    /// Where it stands.
    public let status: DeliveryStatus
    /// How many attempts were made.
    public let attemptCount: Int
    /// When the next attempt is due; only while pending.
    public let nextAttemptAt: Timestamp?
    /// When it was made.
    public let createdAt: Timestamp
    /// When it was delivered or given up.
    public let endedAt: Timestamp?

    /// A delivery.
    public init(
        id: DeliveryID, eventID: EventID, eventType: EventType, sessionID: SessionID?, endpointID: EndpointID,
        status: DeliveryStatus, attemptCount: Int, nextAttemptAt: Timestamp?, createdAt: Timestamp, endedAt: Timestamp?
    ) {
        self.id = id
        self.eventID = eventID
        self.eventType = eventType
        self.sessionID = sessionID
        self.endpointID = endpointID
        self.status = status
        self.attemptCount = attemptCount
        self.nextAttemptAt = nextAttemptAt
        self.createdAt = createdAt
        self.endedAt = endedAt
    }
}

/// Where a delivery stands.
public enum DeliveryStatus: String, Sendable, CaseIterable {
    /// An attempt is due or under way.
    case pending
    /// Its endpoint is disabled; it goes out when the endpoint is enabled.
    case held
    /// The receiver took it.
    case delivered
    /// The attempts are exhausted, or the receiver told to stop.
    case failed
    /// Its endpoint is gone.
    case abandoned
}
