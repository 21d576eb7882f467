/// A change of an endpoint; what is `nil` stays. Of what may be absent, `.some(nil)` removes it.
public struct EndpointChange: Sendable, Equatable {
    /// The new URL.
    public var url: String?
    /// The new choice of events.
    public var events: EventFilter?
    /// The new description.
    public var description: String?
    /// Enables or disables.
    public var enabled: Bool?
    /// Whether a session's events go out in order.
    public var ordered: Bool?
    /// The new time for an attempt.
    public var timeout: Duration??
    /// The new delays.
    public var retrySchedule: [Duration]??
    /// The new limit of attempts a second.
    public var rateLimit: Int??
    /// How webhooks are signed.
    public var signature: SignatureScheme?
    /// All header fields, in place of those before.
    public var headers: [EndpointHeader]?
    /// The new TLS settings, in place of those before.
    public var tls: EndpointTLS??

    /// A change of nothing yet.
    public init() {}
}

extension Endpoint {
    /// The endpoint as a client's change leaves it.
    ///
    /// One that is enabled, or gets another URL, has a clean record: what failed before says nothing of it any more.
    public func changed(by change: EndpointChange) -> Endpoint {
        var endpoint = self
        endpoint.events = change.events ?? events
        endpoint.description = change.description ?? description
        endpoint.options = options.changed(by: change)
        if let url = change.url, url != self.url {
            endpoint.url = url
            endpoint.failingSince = nil
            endpoint.epoch += 1
        }
        guard let enabled = change.enabled, enabled != self.enabled else { return endpoint }
        endpoint.enabled = enabled
        endpoint.epoch += 1
        endpoint.disabledReason = enabled ? nil : .byClient
        if enabled { endpoint.failingSince = nil }
        return endpoint
    }
}

extension EndpointOptions {
    fileprivate func changed(by change: EndpointChange) -> EndpointOptions {
        EndpointOptions(
            ordered: change.ordered ?? ordered, timeout: change.timeout ?? timeout,
            retrySchedule: change.retrySchedule ?? retrySchedule, rateLimit: change.rateLimit ?? rateLimit,
            signature: change.signature ?? signature, headers: change.headers ?? headers, tls: change.tls ?? tls)
    }
}
