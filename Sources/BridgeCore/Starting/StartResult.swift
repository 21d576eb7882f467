/// What became of a start.
public enum StartResult: Sendable, Equatable {
    /// It ended with an answer that is on disk, where its idempotency key finds it: send it as it is.
    case answered(KeptAnswer)
    /// Marksign refuses the access token or the configuration. Nothing stays.
    case upstreamUnauthorized(upstreamCode: Int?)
    /// Marksign had an error of its own. Nothing stays.
    case upstreamError(upstreamCode: Int?)
    /// Marksign was not reached, was busy, or the budget had no room in time. Nothing stays.
    case unavailable(retryAfter: Duration)
    /// The idempotency key is not free.
    case keyNotFree(KeyState)
    /// The store does not take it. Nothing was sent.
    case storeUnavailable

    /// Nothing was sent, and it may be tried again soon.
    public static let notNow = StartResult.unavailable(retryAfter: .seconds(5))
}
