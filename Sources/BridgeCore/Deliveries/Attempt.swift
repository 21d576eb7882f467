/// One try of a delivery.
public struct Attempt: Sendable, Equatable {
    /// Its id. A repeated record of the same attempt changes nothing.
    public let id: AttemptID
    /// 1, 2, … within its delivery.
    public let number: Int
    /// When it began.
    public let startedAt: Timestamp
    /// How long it took, in milliseconds.
    public let durationMilliseconds: Int
    /// How it ended.
    public let result: AttemptResult

    /// A try.
    public init(id: AttemptID, number: Int, startedAt: Timestamp, durationMilliseconds: Int, result: AttemptResult) {
        self.id = id
        self.number = number
        self.startedAt = startedAt
        self.durationMilliseconds = durationMilliseconds
        self.result = result
    }

    /// When it ended.
    public var endedAt: Timestamp { startedAt + .milliseconds(durationMilliseconds) }
}

/// An attempt in a list of many deliveries' attempts.
public struct ListedAttempt: Sendable, Equatable {
    /// The attempt.
    public let attempt: Attempt
    /// Of which delivery.
    public let deliveryID: DeliveryID
    /// Of which event.
    public let eventID: EventID
    /// The session that the event tells of; `nil` for a test.
    public let sessionID: SessionID?
    /// To which endpoint.
    public let endpointID: EndpointID

    /// An attempt in a list.
    public init(
        attempt: Attempt, deliveryID: DeliveryID, eventID: EventID, sessionID: SessionID?, endpointID: EndpointID
    ) {
        self.attempt = attempt
        self.deliveryID = deliveryID
        self.eventID = eventID
        self.sessionID = sessionID
        self.endpointID = endpointID
    }
}
