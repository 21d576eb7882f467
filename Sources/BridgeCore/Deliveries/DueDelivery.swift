/// A delivery whose next attempt is known, as the dispatcher keeps it in memory.
public struct DueDelivery: Sendable, Equatable {
    /// The delivery.
    public let id: DeliveryID
    /// Its event; the events of one session sort in their order.
    public let eventID: EventID
    /// The session that the event tells of; `nil` for a test.
    public let sessionID: SessionID?
    /// Where it goes: deliveries to one endpoint share its lane.
    public let endpointID: EndpointID
    /// How that endpoint's deliveries are queued.
    public let lane: DeliveryLane
    /// When the next attempt is due.
    public let dueAt: Timestamp

    /// A delivery that is due.
    public init(
        id: DeliveryID, eventID: EventID, sessionID: SessionID?, endpointID: EndpointID, lane: DeliveryLane,
        dueAt: Timestamp
    ) {
        self.id = id
        self.eventID = eventID
        self.sessionID = sessionID
        self.endpointID = endpointID
        self.lane = lane
        self.dueAt = dueAt
    }
}

/// How the deliveries to one endpoint are queued.
public struct DeliveryLane: Sendable, Equatable {
    /// Whose endpoint it is: clients get their turns one after another.
    public let clientID: ClientID
    /// The endpoint's; with a higher one its record is clean.
    public let epoch: Int
    /// Whether a session's events go out one after another, in order.
    public let ordered: Bool
    /// The most attempts that begin in a second; `nil` is no limit.
    public let rateLimit: Int?

    /// A lane.
    public init(clientID: ClientID, epoch: Int = 1, ordered: Bool = false, rateLimit: Int? = nil) {
        self.clientID = clientID
        self.epoch = epoch
        self.ordered = ordered
        self.rateLimit = rateLimit
    }
}
