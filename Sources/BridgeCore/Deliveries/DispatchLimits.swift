/// How much is attempted at once.
public struct DispatchLimits: Sendable, Equatable {
    /// Attempts under way at once, to all endpoints.
    public let maximumConcurrent: Int
    /// Attempts under way at once to one endpoint.
    public let maximumPerEndpoint: Int
    /// No delivery waits longer for its next attempt than this.
    public let longestWait: Duration

    /// Bounds.
    public init(maximumConcurrent: Int = 1024, maximumPerEndpoint: Int = 4, longestWait: Duration) {
        self.maximumConcurrent = maximumConcurrent
        self.maximumPerEndpoint = maximumPerEndpoint
        self.longestWait = longestWait
    }

    /// So many attempts under way, and a trusted endpoint has no second one begun (see ``SlotQueue``).
    var maximumBeforeScarce: Int { maximumConcurrent - maximumConcurrent / 4 }

    /// So many doubtful attempts under way, and no other begins (see ``SlotQueue``).
    var maximumDoubtful: Int { max(1, maximumConcurrent / 2) }
}
