/// When a delivery is tried again: the one rule.
public struct RetryPolicy: Sendable, Equatable {
    /// The delays after attempts 1, 2, …; one attempt more than there are delays.
    public let schedule: [Duration]

    /// How much later than the schedule a try may be, as a part of the delay: jitter only goes upwards.
    public static let maximumJitter = 0.2
    /// The longest wait that a receiver may ask for.
    public static let maximumRetryAfter: Duration = .seconds(86_400)
    /// How often an address that is not allowed is tried: the host's owner may have mended its name by then.
    public static let blockedAttempts = 3

    /// A rule of those delays.
    public init(schedule: [Duration]) {
        self.schedule = schedule
    }

    /// What follows an attempt.
    public enum Decision: Sendable, Equatable {
        /// The receiver took the event.
        case delivered
        /// Try again at that time.
        case retry(at: Timestamp)
        /// Give up.
        case failed
        /// Give up, and disable the endpoint: the receiver said that it is gone.
        case gone
    }

    /// Decides what follows attempt `number`.
    ///
    /// - Parameters:
    ///   - number: 1 for the first attempt. One cut by a shutdown is repeated and does not count.
    ///   - jitter: 0 to 1, drawn anew for each decision.
    public func decide(after number: Int, _ result: AttemptResult, at now: Timestamp, jitter: Double) -> Decision {
        switch result.error {
        case nil: return .delivered
        case .gone: return .gone
        case .shutdown: return .retry(at: now)
        case .blockedAddress where number >= Self.blockedAttempts: return .failed
        case _ where result.isRefused: return .failed
        default: break
        }
        guard number <= schedule.count, number >= 1 else { return .failed }
        var delay = schedule[number - 1]
        if let asked = result.askedDelay(at: now) { delay = max(delay, asked) }
        return .retry(at: now + delay + delay * (Self.maximumJitter * jitter))
    }
}
