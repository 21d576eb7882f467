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
    /// Only those made then or later.
    public var since: Timestamp?

    /// A choice of events.
    public init(type: EventType? = nil, sessionID: SessionID? = nil, since: Timestamp? = nil) {
        self.type = type
        self.sessionID = sessionID
        self.since = since
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

    /// A choice of deliveries.
    public init(status: DeliveryStatus? = nil, sessionID: SessionID? = nil, endpointID: EndpointID? = nil) {
        self.status = status
        self.sessionID = sessionID
        self.endpointID = endpointID
    }
}
