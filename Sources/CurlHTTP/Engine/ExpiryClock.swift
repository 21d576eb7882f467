/// When an engine's thread has to look for transfers that have waited too long. Touched by that thread only.
final class ExpiryClock {
    /// No transfer is due before this; `nil`: none at all.
    var next: ContinuousClock.Instant?

    /// A transfer is due at a time.
    func include(_ time: ContinuousClock.Instant) {
        next = min(next ?? time, time)
    }
}
