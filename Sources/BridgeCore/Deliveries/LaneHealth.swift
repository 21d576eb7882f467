/// What an endpoint's latest attempts say of it: whether to trust it, and how long to leave it alone.
struct LaneHealth: Sendable {
    /// So many failures in a row, and the endpoint is only probed: one attempt at a time, with waits between them.
    static let failuresBeforeProbing = 10
    /// The wait before the first probe; it doubles with each probe that fails.
    static let firstWait: Duration = .seconds(1)
    /// The longest wait between probes.
    static let longestWait: Duration = .seconds(60)
    /// The longest pause of a whole endpoint that a receiver may ask for.
    static let longestPause: Duration = .seconds(300)
    /// An endpoint whose attempts take as long is not trusted.
    static let patience: Duration = .seconds(1)
    /// How long an attempt's result is remembered when nothing is left to deliver.
    static let memory: Duration = .seconds(300)

    /// Whether the latest attempt succeeded, and soon.
    private(set) var isTrusted = false
    private var failuresInARow = 0
    private var lastResult: Tick?
    private var wait = Self.firstWait
    private var pausedUntil: Tick?

    /// Whether so many attempts have failed in a row that the endpoint is only probed.
    var isProbed: Bool { failuresInARow >= Self.failuresBeforeProbing }

    /// An attempt has ended.
    mutating func ended(_ signal: EndpointSignal, of attempt: LaneItem.Attempt, at now: Tick) {
        switch signal {
        case .none:
            break
        case .succeeded:
            isTrusted = now - attempt.begunAt < Self.patience
            failuresInARow = 0
            lastResult = now
            wait = Self.firstWait
        case .failed(let pause):
            // What began before the probing says nothing new when it fails late.
            if isProbed && attempt.isProbe { wait = min(wait * 2, Self.longestWait) }
            isTrusted = false
            failuresInARow += 1
            lastResult = now
            if let pause { extendPause(to: now + min(max(pause, .zero), Self.longestPause)) }
        }
    }

    /// Before when no attempt may begin.
    var opensAt: Tick? {
        let probeAt = isProbed ? lastResult.map { $0 + wait } : nil
        return [probeAt, pausedUntil].compactMap(\.self).max()
    }

    /// From when on nothing needs to be remembered.
    var forgottenAt: Tick? {
        [lastResult.map { $0 + Self.memory }, pausedUntil].compactMap(\.self).max()
    }

    /// A success meanwhile does not take back what the receiver asked for.
    private mutating func extendPause(to end: Tick) {
        pausedUntil = max(pausedUntil ?? end, end)
    }
}
