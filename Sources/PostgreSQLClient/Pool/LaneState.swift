import DequeModule

/// Who does what in a lane, decided without a clock, randomness or threads of its own.
///
/// Work waits in one queue until a worker that has a connection takes it. Connections are made when work waits that no
/// connected worker is free for. After a failure, one worker at a time tries again, when its backoff allows it.
struct LaneState {
    /// What a worker that is free does next.
    enum Step {
        case run(Work)
        case connect
        case pause
        case stop
    }

    /// What is left to do once the state's lock is released.
    struct Effects {
        var wake: [Int] = []
        var failed: [Work] = []
        var error = PostgreSQLError(.unavailable, message: "")
        /// Whether the keeper has something new to wait for.
        var wakesKeeper = false
    }

    private(set) var waiting = Deque<Work>()
    /// Free workers, those that were free last at the end: connections that are not needed stay idle.
    private var idleConnected: [Int] = []
    private var idleUnconnected: [Int] = []
    private var connected = 0
    private var connecting = 0
    private var backoff: Backoff
    private var retryAt: ContinuousClock.Instant?
    private var lastFailure: PostgreSQLError?
    private(set) var isClosing = false
    /// Whether nothing is done any more, not even what waits.
    private(set) var isCut = false
    /// How many workers have not stopped.
    private(set) var workers: Int
    /// Whether the keeper waits for a time that is no later than the next one that matters.
    private var isKept = false

    init(workers: Int, backoff: Backoff) {
        self.workers = workers
        self.backoff = backoff
    }

    /// Whether the keeper has nothing to wait for any more.
    var isOver: Bool {
        // Nothing ends the lookup of a name, and nobody waits for the connection that it is for.
        workers == (isCut ? connecting : 0) && waiting.isEmpty
    }

    /// What work is told that comes too late.
    static let refusal = PostgreSQLError(.unavailable, message: "the pool is closed")

    /// Takes work; nil when the lane is closing.
    mutating func submit(_ work: Work, at now: ContinuousClock.Instant) -> Effects? {
        guard !isClosing else { return nil }
        waiting.append(work)
        var effects = Effects()
        if let worker = idleConnected.popLast() {
            effects.wake = [worker]
        } else if mayConnect(at: now), let worker = idleUnconnected.popLast() {
            effects.wake = [worker]
        }
        effects.wakesKeeper = !isKept
        isKept = true
        return effects
    }

    /// What a free worker does next; `didWork` tells that its connection was good for what it did last. One that is
    /// told to pause is woken later.
    mutating func next(
        for worker: Int, isConnected: Bool, didWork: Bool, at now: ContinuousClock.Instant
    ) -> (Step, Effects) {
        if didWork { forgetFailures() }
        if isConnected, let work = waiting.popFirst() { return (.run(work), closingEffects()) }
        if !isConnected, !waiting.isEmpty, mayConnect(at: now) {
            connecting += 1
            return (.connect, Effects())
        }
        if isClosing, waiting.isEmpty { return (.stop, Effects()) }
        if isConnected { idleConnected.append(worker) } else { idleUnconnected.append(worker) }
        return (.pause, Effects())
    }

    mutating func didConnect() -> Effects {
        connecting -= 1
        connected += 1
        // Those that wait besides what this worker and others on their way will take: after a failure, only one was to
        // try.
        guard waiting.count > 1 + connecting, let worker = idleUnconnected.popLast() else { return Effects() }
        return Effects(wake: [worker])
    }

    mutating func didFailToConnect(
        _ error: PostgreSQLError, at now: ContinuousClock.Instant, random: Double
    ) -> Effects {
        connecting -= 1
        return backOff(after: error, at: now, random: random)
    }

    /// Notes that a worker's connection is gone.
    mutating func didDisconnect() {
        connected -= 1
    }

    /// Takes back work that found its connection gone.
    mutating func giveBack(
        _ work: Work, after error: PostgreSQLError, at now: ContinuousClock.Instant, random: Double
    ) -> Effects {
        guard !isCut else { return Effects(failed: [work], error: Self.refusal) }
        waiting.prepend(work)
        var effects = backOff(after: error, at: now, random: random)
        if let worker = idleConnected.popLast() { effects.wake.append(worker) }
        return effects
    }

    /// Notes that a worker has stopped.
    mutating func didStop() -> Effects {
        workers -= 1
        return Effects(wakesKeeper: true)
    }

    /// What the passing of time brings, and when to look again: nil when nothing waits.
    mutating func tick(at now: ContinuousClock.Instant) -> (Effects, next: ContinuousClock.Instant?) {
        var effects = Effects()
        while let first = waiting.first, first.expires <= now {
            effects.failed.append(waiting.removeFirst())
        }
        effects.error = expiry
        var next = waiting.first?.expires
        if !waiting.isEmpty, let retryAt {
            if retryAt > now {
                next = min(next!, retryAt)
            } else if connecting == 0, let worker = idleUnconnected.popLast() {
                effects.wake.append(worker)
            }
        }
        isKept = next != nil
        effects.wake += closingEffects().wake
        return (effects, next)
    }

    /// Refuses new work; workers stop when nothing waits.
    mutating func close() -> Effects {
        isClosing = true
        var effects = closingEffects()
        effects.wakesKeeper = true
        return effects
    }

    /// Refuses new work and what waits; workers stop.
    mutating func cut() -> Effects {
        isCut = true
        let refused = Array(waiting)
        waiting.removeAll()
        var effects = close()
        effects.failed = refused
        effects.error = Self.refusal
        return effects
    }

    private func mayConnect(at now: ContinuousClock.Instant) -> Bool {
        retryAt.map { $0 <= now && connecting == 0 } ?? true
    }

    private mutating func forgetFailures() {
        backoff.succeed()
        retryAt = nil
        lastFailure = nil
    }

    private mutating func backOff(
        after error: PostgreSQLError, at now: ContinuousClock.Instant, random: Double
    ) -> Effects {
        retryAt = now.advanced(by: backoff.fail(random: random))
        lastFailure = error
        isKept = true
        var effects = Effects(error: error, wakesKeeper: true)
        // Waiting would only delay the bad news.
        if connected == 0, error.kind.isLasting {
            effects.failed = Array(waiting)
            waiting.removeAll()
            effects.wake = closingEffects().wake
        }
        return effects
    }

    private var expiry: PostgreSQLError {
        let reason = lastFailure.map { ": \($0.message)" } ?? ""
        return PostgreSQLError(
            .unavailable, sqlState: lastFailure?.sqlState, message: "no connection was free in time\(reason)")
    }

    /// Wakes every free worker to stop, once nothing waits in a lane that is closing.
    private mutating func closingEffects() -> Effects {
        guard isClosing, waiting.isEmpty else { return Effects() }
        defer {
            idleConnected = []
            idleUnconnected = []
        }
        return Effects(wake: idleConnected + idleUnconnected)
    }
}
