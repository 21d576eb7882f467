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
    /// How long a failure is remembered when nothing is left to deliver.
    static let memory: Duration = .seconds(300)

    enum Standing: Sendable {
        /// No attempt has ended yet.
        case unknown
        /// The latest attempt succeeded.
        case trusted
        /// The latest attempt failed.
        case suspect
        /// So many have failed in a row that it is only probed.
        case probed
    }

    private(set) var standing = Standing.unknown
    private var failuresInARow = 0
    private var lastFailure: Tick?
    private var wait = Self.firstWait
    private var probeIsUnderWay = false
    private var pausedUntil: Tick?

    /// An attempt begins.
    mutating func began() {
        probeIsUnderWay = standing == .probed
    }

    /// An attempt has ended.
    mutating func ended(_ signal: EndpointSignal, at now: Tick) {
        switch signal {
        case .none:
            break
        case .succeeded:
            standing = .trusted
            failuresInARow = 0
            lastFailure = nil
            wait = Self.firstWait
        case .failed(let pause):
            failuresInARow += 1
            lastFailure = now
            // What began before the probing says nothing new when it fails late.
            if probeIsUnderWay { wait = min(wait * 2, Self.longestWait) }
            standing = failuresInARow >= Self.failuresBeforeProbing ? .probed : .suspect
            if let pause { extendPause(to: now + min(max(pause, .zero), Self.longestPause)) }
        }
        probeIsUnderWay = false
    }

    /// Before when no attempt may begin.
    var opensAt: Tick? {
        let probeAt = standing == .probed ? lastFailure.map { $0 + wait } : nil
        return [probeAt, pausedUntil].compactMap(\.self).max()
    }

    /// From when on nothing needs to be remembered.
    var forgottenAt: Tick? {
        [lastFailure.map { $0 + Self.memory }, pausedUntil].compactMap(\.self).max()
    }

    /// A success meanwhile does not take back what the receiver asked for.
    private mutating func extendPause(to end: Tick) {
        pausedUntil = max(pausedUntil ?? end, end)
    }
}
