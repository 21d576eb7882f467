/// How sessions are watched: when they are polled, and when they are given up.
public struct WatchRules: Sendable, Equatable {
    /// From a session's start to its first poll. One that was started elsewhere is polled at once.
    public var firstDelay: Duration = .milliseconds(5500)
    /// Between polls.
    public var interval: Duration = .milliseconds(2500)
    /// From this age on the polls are slower.
    public var slowAfter: Duration = .seconds(50)
    /// Between polls from then on.
    public var slowInterval: Duration = .milliseconds(3500)
    /// When a session is given up that is still waiting.
    public var timeout: Duration = .seconds(180)
    /// How much longer it is polled when the last answers were faults.
    public var rescue: Duration = .seconds(120)

    /// How long a start may wait for the budget.
    public var startPatience: Duration = .seconds(5)
    /// How long after the first a second 40402 must come to be believed.
    public var missingConfirmation: Duration = .seconds(5)
    /// Between polls while Marksign refuses the access token.
    public var unauthorizedInterval: Duration = .seconds(15)
    /// The first and the longest wait after faults in a row.
    public var backoff: ClosedRange<Duration> = .seconds(1)...(.seconds(8))
    /// The bounds of what Marksign may ask for with `Retry-After`.
    public var retryAfter: ClosedRange<Duration> = .seconds(1)...(.seconds(300))
    /// The part of an interval by which polls are moved at random, up or down.
    public var jitter = 0.05

    /// The defaults.
    public init() {}

    /// How long until the next poll of a session of that age.
    func interval(atAge age: Duration) -> Duration {
        age < slowAfter ? interval : slowInterval
    }

    /// The wait after so many faults in a row.
    func backoff(afterFaults faults: Int) -> Duration {
        min(backoff.upperBound, backoff.lowerBound * (1 << min(max(faults, 1) - 1, 16)))
    }
}
