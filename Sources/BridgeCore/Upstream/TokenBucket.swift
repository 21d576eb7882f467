import DequeModule

/// Permits at a steady rate: no second holds more of them than the rate, and a small burst makes up for a late wake-up.
///
/// It begins below empty, so that the second around a restart holds no more either.
struct TokenBucket: Sendable {
    private var rate: Double
    /// From when on there are none, unless the rate is set again; `nil` is never.
    private var end: Tick?
    private var tokens = 0.0
    private var updatedAt: Tick
    /// When the permits of the last second were taken.
    private var recent: Deque<Tick> = []

    init(ratePerSecond: Double, at now: Tick) {
        rate = 0
        updatedAt = now
        setRate(ratePerSecond, until: nil, at: now)
    }

    /// Gives permits at another rate from now on, and none from `end` on. What was taken in the last second still
    /// counts.
    mutating func setRate(_ newRate: Double, until end: Tick?, at now: Tick) {
        fill(at: now)
        self.end = end
        guard newRate != rate else { return }
        let begins = rate == 0
        rate = newRate
        tokens = begins ? (rate < 20 ? 0 : -burst) : min(tokens, burst)
    }

    /// Takes a permit if there is one.
    mutating func take(at now: Tick) -> Bool {
        fill(at: now)
        while let first = recent.first, now - first >= .seconds(1) { recent.removeFirst() }
        guard isOpen(at: now), tokens >= 1, recent.count < mostInASecond else { return false }
        tokens -= 1
        recent.append(now)
        return true
    }

    /// Returns the permit that was taken last and not needed.
    mutating func giveBack() {
        tokens += 1
        recent.removeLast()
    }

    /// When the next permit will be there; `nil`: not by itself.
    var nextPermit: Tick? {
        guard rate > 0 else { return nil }
        var next = updatedAt + .nanoseconds(Int64(((1 - tokens) * 1e9 / rate).rounded(.up)))
        if recent.count >= mostInASecond {
            next = max(next, recent[recent.count - mostInASecond] + .seconds(1))
        }
        return isOpen(at: next) ? next : nil
    }

    private var burst: Double { max(1, rate / 20) }
    private var mostInASecond: Int { max(1, Int(rate)) }

    private func isOpen(at time: Tick) -> Bool { rate > 0 && end.map { time < $0 } ?? true }

    private mutating func fill(at now: Tick) {
        guard now > updatedAt else { return }
        tokens = min(burst, tokens + Double(now.nanoseconds - updatedAt.nanoseconds) * rate / 1e9)
        updatedAt = now
    }
}
