/// How many endpoints are not well, over all clients.
public struct EndpointCounts: Sendable, Equatable {
    /// Enabled ones whose last attempt failed.
    public var failing = 0
    /// Disabled ones, by reason.
    public var disabled: [DisabledReason: Int] = [:]

    /// None.
    public init() {}
}
