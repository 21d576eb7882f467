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

    /// How many of all attempts under way may be doubtful ones (see ``SlotClaim``).
    var maximumDoubtful: Int { max(1, maximumConcurrent / 2) }
}
