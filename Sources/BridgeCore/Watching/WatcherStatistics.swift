/// What there is to see of a watcher.
public struct WatcherStatistics: Sendable, Equatable {
    /// Sessions that are watched.
    public let openSessions: Int
    /// Requests under way to Marksign.
    public let requestsInFlight: Int
    /// Polls that are due and wait for the budget.
    public let waitingPolls: Int
    /// Starts that wait for the budget.
    public let waitingStarts: Int
    /// What the breaker lets through.
    public let breaker: Breaker.State
}
