/// A client's wish that an endpoint get what it has not had.
public struct Recovery: Sendable, Equatable {
    /// Which endpoint.
    public let endpointID: EndpointID
    /// Events from then on.
    public let since: Timestamp
    /// Events before then: when it was asked for. Later ones go out by themselves.
    public let until: Timestamp

    /// A wish.
    public init(endpointID: EndpointID, since: Timestamp, until: Timestamp) {
        self.endpointID = endpointID
        self.since = since
        self.until = until
    }
}
