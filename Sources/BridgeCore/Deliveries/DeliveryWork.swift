/// All that an attempt needs.
public struct DeliveryWork: Sendable, Equatable {
    /// The delivery.
    public let id: DeliveryID
    /// How many attempts were made before: those that count towards the schedule.
    public let countedAttempts: Int
    /// How many attempts were recorded before.
    public let attemptCount: Int
    /// Which state of the delivery was read: an attempt is followed only while it is still that one.
    public let fence: Int
    /// The `webhook-id`.
    public let eventID: EventID
    /// The body.
    public let body: [UInt8]
    /// Where it goes, and how.
    public let endpoint: Endpoint
    /// What signs it.
    public let keys: EndpointKeys

    /// What an attempt needs.
    public init(
        id: DeliveryID, countedAttempts: Int, attemptCount: Int, fence: Int, eventID: EventID, body: [UInt8],
        endpoint: Endpoint, keys: EndpointKeys
    ) {
        self.id = id
        self.countedAttempts = countedAttempts
        self.attemptCount = attemptCount
        self.fence = fence
        self.eventID = eventID
        self.body = body
        self.endpoint = endpoint
        self.keys = keys
    }
}
