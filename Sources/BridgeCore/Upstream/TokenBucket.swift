import DequeModule

/// Permits at a steady rate: no second holds more of them than the rate, and a small burst makes up for a late wake-up.
///
/// It begins below empty, so that the second around a restart holds no more either.
struct TokenBucket: Sendable {
    private let nanosecondsPerToken: Double
    private let burst: Double
    private let mostInASecond: Int
    private var tokens: Double
    private var updatedAt: Tick
    /// When the permits of the last second were taken.
    private var recent: Deque<Tick> = []

    init(ratePerSecond: Double, at now: Tick) {
        nanosecondsPerToken = 1e9 / ratePerSecond
        burst = max(1, ratePerSecond / 20)
        mostInASecond = max(1, Int(ratePerSecond))
        tokens = ratePerSecond < 20 ? 0 : -burst
        updatedAt = now
    }

    /// Takes a permit if there is one.
    mutating func take(at now: Tick) -> Bool {
        let gained = Double(now.nanoseconds - updatedAt.nanoseconds) / nanosecondsPerToken
        if gained > 0 {
            tokens = min(burst, tokens + gained)
            updatedAt = now
        }
        while let first = recent.first, now - first >= .seconds(1) { recent.removeFirst() }
        guard tokens >= 1, recent.count < mostInASecond else { return false }
        tokens -= 1
        recent.append(now)
        return true
    }

    /// Returns the permit that was taken last and not needed.
    mutating func giveBack() {
        tokens += 1
        recent.removeLast()
    }

    /// When the next permit will be there.
    var nextPermit: Tick {
        let next = Tick(
            nanoseconds: updatedAt.nanoseconds + Int64(((1 - tokens) * nanosecondsPerToken).rounded(.up)))
        guard recent.count >= mostInASecond, let first = recent.first else { return next }
        return max(next, first + .seconds(1))
    }
}
