/// Which part of a list is wanted. Every list is newest first.
public struct PageRequest: Sendable, Equatable {
    /// 1 to 200.
    public let limit: Int
    /// The id of the last entry of the page before; `nil` for the first page.
    public let after: String?

    /// A part of a list.
    public init(limit: Int, after: String?) {
        self.limit = limit
        self.after = after
    }
}

/// A part of a list.
public struct Page<Element: Sendable>: Sendable {
    /// The entries.
    public let elements: [Element]
    /// The id to go on after; `nil` on the last page.
    public let next: String?

    /// A part of a list.
    public init(elements: [Element], next: String?) {
        self.elements = elements
        self.next = next
    }
}

/// Which sessions are listed.
public struct SessionFilter: Sendable, Equatable {
    /// Only those of this status.
    public var status: SessionStatus?
    /// Only those of this kind; the raw value of a `SigningKind`.
    public var kind: String?

    /// A choice of sessions.
    public init(status: SessionStatus? = nil, kind: String? = nil) {
        self.status = status
        self.kind = kind
    }
}

/// Which events are listed.
public struct EventQuery: Sendable, Equatable {
    /// Only those of this type.
    public var type: EventType?
    /// Only those of this session.
    public var sessionID: SessionID?
    /// Only those with a delivery to this endpoint.
    public var endpointID: EndpointID?
    /// Only those with a delivery of this status; with an endpoint, to that one.
    public var status: DeliveryStatus?
    /// Only those made then.
    public var time: TimeRange

    /// A choice of events.
    public init(
        type: EventType? = nil, sessionID: SessionID? = nil, endpointID: EndpointID? = nil,
        status: DeliveryStatus? = nil, time: TimeRange = .all
    ) {
        self.type = type
        self.sessionID = sessionID
        self.endpointID = endpointID
        self.status = status
        self.time = time
    }
}

/// Which deliveries are listed.
public struct DeliveryFilter: Sendable, Equatable {
    /// Only those of this status.
    public var status: DeliveryStatus?
    /// Only those of this session's event.
    public var sessionID: SessionID?
    /// Only those to this endpoint.
    public var endpointID: EndpointID?
    /// Only those of this event.
    public var eventID: EventID?
    /// Only those made then.
    public var time: TimeRange

    /// A choice of deliveries.
    public init(
        status: DeliveryStatus? = nil, sessionID: SessionID? = nil, endpointID: EndpointID? = nil,
        eventID: EventID? = nil, time: TimeRange = .all
    ) {
        self.status = status
        self.sessionID = sessionID
        self.endpointID = endpointID
        self.eventID = eventID
        self.time = time
    }
}

/// Which attempts are listed.
public struct AttemptFilter: Sendable, Equatable {
    /// Only those that ended so.
    public var outcome: Outcome?
    /// Only those whose answer had this HTTP status.
    public var status: Int?
    /// Only those of this delivery.
    public var deliveryID: DeliveryID?
    /// Only those of this session's event.
    public var sessionID: SessionID?
    /// Only those to this endpoint.
    public var endpointID: EndpointID?
    /// Only those that began then.
    public var time: TimeRange

    /// How an attempt ended.
    public enum Outcome: Sendable, Equatable {
        /// The receiver took the event.
        case succeeded
        /// It failed for this reason.
        case failed(AttemptError)
    }

    /// A choice of attempts.
    public init(
        outcome: Outcome? = nil, status: Int? = nil, deliveryID: DeliveryID? = nil, sessionID: SessionID? = nil,
        endpointID: EndpointID? = nil, time: TimeRange = .all
    ) {
        self.outcome = outcome
        self.status = status
        self.deliveryID = deliveryID
        self.sessionID = sessionID
        self.endpointID = endpointID
        self.time = time
    }
}

/// A part of time.
public struct TimeRange: Sendable, Equatable {
    /// From then on.
    public var since: Timestamp?
    /// Before then.
    public var until: Timestamp?

    /// All of time.
    public static let all = TimeRange()

    /// A part of time.
    public init(since: Timestamp? = nil, until: Timestamp? = nil) {
        self.since = since
        self.until = until
    }
}
