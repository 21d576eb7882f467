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
    /// Whether deliveries go out; those of a disabled endpoint are held.
    public var enabled: Bool
    /// Why it is disabled.
    public var disabledReason: DisabledReason?
    /// When it was registered.
    public let createdAt: Timestamp

    /// An endpoint.
    public init(
        id: EndpointID, clientID: ClientID, url: String, events: EventFilter, description: String,
        enabled: Bool = true, disabledReason: DisabledReason? = nil, createdAt: Timestamp
    ) {
        self.id = id
        self.clientID = clientID
        self.url = url
        self.events = events
        self.description = description
        self.enabled = enabled
        self.disabledReason = disabledReason
        self.createdAt = createdAt
    }
}

/// Why an endpoint is disabled.
public enum DisabledReason: String, Sendable {
    /// Its client disabled it.
    case byClient = "disabled_by_client"
    /// The receiver answered 410 Gone.
    case gone
}

/// A change of an endpoint; what is `nil` stays.
public struct EndpointChange: Sendable, Equatable {
    /// The new URL.
    public var url: String?
    /// The new choice of events.
    public var events: EventFilter?
    /// The new description.
    public var description: String?
    /// Enables or disables.
    public var enabled: Bool?

    /// A change.
    public init(
        url: String? = nil, events: EventFilter? = nil, description: String? = nil, enabled: Bool? = nil
    ) {
        self.url = url
        self.events = events
        self.description = description
        self.enabled = enabled
    }
}

/// The secrets that sign an endpoint's deliveries: the present one, and for a while the one before.
public struct EndpointSecrets: Sendable, Equatable {
    /// The present secret, `whsec_…`.
    public let current: String
    /// The secret before, and until when it signs too.
    public let previous: Previous?

    /// A secret that is on its way out.
    public struct Previous: Sendable, Equatable {
        /// The secret, `whsec_…`.
        public let secret: String
        /// From when on it signs no more.
        public let until: Timestamp

        /// A secret on its way out.
        public init(secret: String, until: Timestamp) {
            self.secret = secret
            self.until = until
        }
    }

    /// The secrets of an endpoint.
    public init(current: String, previous: Previous? = nil) {
        self.current = current
        self.previous = previous
    }

    /// The secrets that sign at that time, the present one first.
    public func signing(at time: Timestamp) -> [String] {
        guard let previous, time < previous.until else { return [current] }
        return [current, previous.secret]
    }
}
