import Dispatch
import Foundation
import Synchronization

/// Some connections that do the same work, each with its thread, and a thread that keeps the time for them.
///
/// Threads of its own, since a connection blocks the one that uses it.
final class Lane: Sendable {
    private struct Guarded {
        var lane: LaneState
        var closers: [CheckedContinuation<Void, Never>] = []
        var isClosed = false
        /// When a connection was last lost in use.
        var lostAt: ContinuousClock.Instant?
    }

    private let url: PostgreSQLURL
    private let wait: Duration
    private let interruption: Interruption
    private let state: Mutex<Guarded>
    private let wakeups: [DispatchSemaphore]
    private let keeperWakeup = DispatchSemaphore(value: 0)

    /// Starts the threads; `wait` is how long work waits for a connection. Its owner cuts the lane when the
    /// interruption has happened.
    init(_ name: String, to url: PostgreSQLURL, size: Int, wait: Duration, interruption: Interruption) {
        self.url = url
        self.wait = wait
        self.interruption = interruption
        state = Mutex(Guarded(lane: LaneState(workers: size, backoff: Backoff())))
        wakeups = (0..<size).map { _ in DispatchSemaphore(value: 0) }
        for worker in 0..<size { start("\(name)-\(worker)") { $0.work(worker) } }
        start("\(name)-keeper") { $0.keep() }
    }

    /// Runs `work` once a connection is free.
    func submit(
        run: @escaping @Sendable (PostgreSQLConnection) -> PostgreSQLError?,
        fail: @escaping @Sendable (PostgreSQLError) -> Void
    ) {
        let now = ContinuousClock.now
        let work = Work(expires: now.advanced(by: wait), run: run, fail: fail)
        guard let effects = state.withLock({ $0.lane.submit(work, at: now) }) else {
            return fail(LaneState.refusal)
        }
        perform(effects)
    }

    var waitingCount: Int { state.withLock { $0.lane.waiting.count } }

    /// Refuses new work; the threads end when what waits is done.
    func close() {
        perform(state.withLock { $0.lane.close() })
    }

    /// Refuses new work and what waits.
    func cut() {
        perform(state.withLock { $0.lane.cut() })
    }

    /// Whether the lane was cut.
    var isCut: Bool { state.withLock { $0.lane.isCut } }

    /// Returns when all work of a lane that was closed is done, and its connections are closed.
    func waitUntilClosed() async {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if !state.isClosed { state.closers.append(continuation) }
                return state.isClosed
            }
            if isClosed { continuation.resume() }
        }
    }

    private func start(_ name: String, _ body: @escaping @Sendable (Lane) -> Void) {
        let thread = Thread { body(self) }
        thread.name = name
        thread.start()
    }

    private func work(_ worker: Int) {
        var connection: PostgreSQLConnection?
        var didWork = false
        while true {
            if let idle = connection, !idle.isQuiet || isDoubtful(idle) {
                connection = nil
                state.withLock { $0.lane.didDisconnect() }
            }
            let isConnected = connection != nil
            let (step, effects) = state.withLock {
                $0.lane.next(for: worker, isConnected: isConnected, didWork: didWork, at: .now)
            }
            perform(effects)
            didWork = false
            switch step {
            case .run(let work): didWork = run(work, on: connection!)
            case .connect: connection = connect()
            case .pause: wakeups[worker].wait()
            case .stop:
                connection = nil
                return perform(state.withLock { $0.lane.didStop() })
            }
        }
    }

    /// Whether the server has said nothing on this connection since another one was lost. It leads where that one led,
    /// perhaps along a dead link, where only a deadline would tell: a new one is better.
    private func isDoubtful(_ idle: PostgreSQLConnection) -> Bool {
        let lastAnswer = idle.lastAnswer
        return state.withLock { $0.lostAt.map { lastAnswer < $0 } ?? false }
    }

    /// False when the connection was gone; the work is left to another one.
    private func run(_ work: Work, on connection: PostgreSQLConnection) -> Bool {
        let error = work.run(connection)
        if !connection.isOpen { state.withLock { $0.lostAt = .now } }
        guard let error else { return true }
        perform(
            state.withLock { $0.lane.giveBack(work, after: error, at: .now, random: .random(in: 0..<1)) })
        return false
    }

    private func connect() -> PostgreSQLConnection? {
        do {
            let connection = try PostgreSQLConnection(to: url, unless: interruption)
            perform(state.withLock { $0.lane.didConnect() })
            return connection
        } catch {
            perform(state.withLock { $0.lane.didFailToConnect(error, at: .now, random: .random(in: 0..<1)) })
            return nil
        }
    }

    private func keep() {
        while true {
            let (effects, next, isOver) = state.withLock { state in
                let (effects, next) = state.lane.tick(at: .now)
                return (effects, next, state.lane.isOver)
            }
            perform(effects)
            if isOver { break }
            guard let next else {
                keeperWakeup.wait()
                continue
            }
            let left = max(.zero, ContinuousClock.now.duration(to: next)).components
            _ = keeperWakeup.wait(
                timeout: .now()
                    + .nanoseconds(Int(left.seconds) * 1_000_000_000 + Int(left.attoseconds / 1_000_000_000)))
        }
        let closers = state.withLock { state in
            state.isClosed = true
            defer { state.closers = [] }
            return state.closers
        }
        for closer in closers { closer.resume() }
    }

    private func perform(_ effects: LaneState.Effects) {
        for worker in effects.wake { wakeups[worker].signal() }
        if effects.wakesKeeper { keeperWakeup.signal() }
        for work in effects.failed { work.fail(effects.error) }
    }
}
