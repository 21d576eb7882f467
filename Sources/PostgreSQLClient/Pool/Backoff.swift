/// How long to wait before the next attempt: a random part of a time that doubles with each failure.
///
/// All of it is random ("full jitter"), so that clients that lost their server together do not come back together.
struct Backoff {
    /// The bound after the first failure.
    var base: Duration = .milliseconds(50)
    /// The largest bound.
    var cap: Duration = .seconds(2)
    /// How many attempts have failed in a row.
    private(set) var failures = 0

    /// Notes a failure; `random`, from 0 up to 1, picks the delay.
    mutating func fail(random: Double) -> Duration {
        let bound = min(cap, base * (1 << min(failures, 20)))
        failures += 1
        return bound * random
    }

    mutating func succeed() {
        failures = 0
    }
}
