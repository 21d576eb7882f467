/// A URL that a client registered to receive events.
public struct Endpoint: Sendable, Equatable {
    /// Its id.
    public let id: EndpointID
    /// Whose endpoint it is.
    public let clientID: ClientID
    /// Where events go.
    public var url: String
    /// Which events it wants.
    public var events: EventFilter
    /// What people call it.
    public var description: String
    /// What it has its own way of.
    public var options: EndpointOptions
    /// Whether deliveries go out; those of a disabled endpoint are held.
    public var enabled: Bool
    /// Why it is disabled.
    public var disabledReason: DisabledReason?
    /// When the first of the attempts failed that have all failed until now; `nil` after one that succeeded.
    public var failingSince: Timestamp?
    /// Grows when it is enabled, disabled, or gets another URL: what an attempt of before tells of it counts no more.
    public var epoch: Int
    /// When it was registered.
    public let createdAt: Timestamp

    /// An endpoint.
    public init(
        id: EndpointID, clientID: ClientID, url: String, events: EventFilter, description: String,
        options: EndpointOptions = EndpointOptions(), enabled: Bool = true, disabledReason: DisabledReason? = nil,
        failingSince: Timestamp? = nil, epoch: Int = 1, createdAt: Timestamp
    ) {
        self.id = id
        self.clientID = clientID
        self.url = url
        self.events = events
        self.description = description
        self.options = options
        self.enabled = enabled
        self.disabledReason = disabledReason
        self.failingSince = failingSince
        self.epoch = epoch
        self.createdAt = createdAt
    }

    /// How its deliveries are queued.
    public var lane: DeliveryLane {
        DeliveryLane(clientID: clientID, epoch: epoch, ordered: options.ordered, rateLimit: options.rateLimit)
    }
}
