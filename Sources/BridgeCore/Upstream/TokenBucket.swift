/// Permits at a steady rate, with a small burst.
///
/// It begins empty and its burst is a twentieth of a second's permits, so that no second holds more than 1.05 times
/// the rate: not after an idle time, and not over a restart.
struct TokenBucket: Sendable {
    private let nanosecondsPerToken: Double
    private let burst: Double
    private var tokens = 0.0
    private var updatedAt: Tick

    init(ratePerSecond: Double, at now: Tick) {
        nanosecondsPerToken = 1e9 / ratePerSecond
        burst = max(1, ratePerSecond / 20)
        updatedAt = now
    }

    /// Takes a permit if there is one.
    mutating func take(at now: Tick) -> Bool {
        let gained = Double(now.nanoseconds - updatedAt.nanoseconds) / nanosecondsPerToken
        if gained > 0 {
            tokens = min(burst, tokens + gained)
            updatedAt = now
        }
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    /// Returns a permit that was not needed.
    mutating func giveBack() {
        tokens += 1
    }

    /// When the next permit will be there.
    var nextPermit: Tick {
        Tick(nanoseconds: updatedAt.nanoseconds + Int64(((1 - tokens) * nanosecondsPerToken).rounded(.up)))
    }
}
