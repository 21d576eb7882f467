import BridgeCore
import CurlHTTP
import Logging
import Marksign
import ServiceLifecycle
import Synchronization

/// Performs what the ``Watcher`` decides: sends to Marksign, commits outcomes, answers those who wait.
public final class SessionService: Service {
    let store: any Store
    let upstream: UpstreamClient
    let environment: Environment
    let answers: any AnswerRenderer
    let settings: SessionSettings
    let deliveries: DeliveryService
    let alarms: Alarms
    let metrics: SessionMetrics
    let logger: Logger
    let outage: OutageLog
    let waiters = Waiters()
    /// The room that signed files have in memory until they are stored.
    let leases = Mutex<[WatchHandle: ByteBudget.Lease]>([:])

    let state: Mutex<State>
    private let running = Mutex(false)
    private let timer: WakeTimer
    private let work: AsyncStream<Work>
    private let workContinuation: AsyncStream<Work>.Continuation
    private let closings: AsyncStream<Never>
    private let closing: AsyncStream<Never>.Continuation

    struct State {
        var watcher: Watcher
        var startPermits: [StartTicket: CheckedContinuation<Bool, Never>] = [:]
        /// Sessions that are being started, or whose start ends as unanswered.
        var starting: Set<SessionID> = []
        /// Counts how often all was forgotten.
        var generation = 0
        var fatal: StoreError?
    }

    /// What the run loop does, each in a task of its own.
    enum Work: Sendable {
        case effect(WatcherEffect)
        case start(StartCommand, CheckedContinuation<StartResult, Never>)
        case finish(Session, StartFlow.Leftover)
        case endUnanswered(Session)

        /// Whether the service takes it no more while it closes. The watcher decides what it does itself then, and what
        /// was answered is committed.
        var comesTooLate: Bool {
            if case .start = self { true } else { false }
        }
    }

    /// A service over its parts; it does nothing before ``run()``.
    public init(
        store: any Store, http: HTTPClient, accessToken: @escaping @Sendable () -> AccessToken,
        upstream: UpstreamSettings, settings: SessionSettings, answers: any AnswerRenderer,
        deliveries: DeliveryService, environment: Environment, alarms: Alarms, metrics: MetricsRegistry,
        logger: Logger
    ) {
        self.store = store
        let warned = Atomic(false)
        self.upstream = UpstreamClient(settings: upstream, http: http, accessToken: accessToken) {
            guard !warned.exchange(true, ordering: .relaxed) else { return }
            logger.warning("This is the sandbox, not Marksign: signatures bind nobody")
        }
        self.environment = environment
        self.answers = answers
        self.settings = settings
        self.deliveries = deliveries
        self.alarms = alarms
        self.metrics = SessionMetrics(metrics)
        self.logger = logger
        outage = OutageLog(logger: logger)
        // Nothing is sent before the instance has a share of the rate.
        let limits = UpstreamLimits(ratePerSecond: 0, maximumConcurrent: settings.maximumConcurrent)
        state = Mutex(
            State(
                watcher: Watcher(
                    rules: settings.rules, limits: limits, seed: environment.random(), at: environment.now().tick)))
        timer = WakeTimer(clock: environment.now)
        (work, workContinuation) = AsyncStream.makeStream()
        (closings, closing) = AsyncStream.makeStream()
    }

    /// Watches what it is given until the shutdown.
    public func run() async throws {
        running.withLock { $0 = true }
        defer { running.withLock { $0 = false } }
        timer.start { [weak self] in self?.drive { $0.advance(to: $1) } }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.finishWhatIsUnderWay() }
            for await item in work {
                group.addTask {
                    await self.perform(item)
                    self.underWay.leave()
                }
            }
            group.cancelAll()
        }
        timer.stop()
        if let fatal = state.withLock({ $0.fatal }) { throw fatal }
        // A service that ends before it is told to would end the whole group at once.
        try? await gracefulShutdown()
    }

    /// Begins nothing new and watches no more what idles: callers that wait are answered, and what is under way has
    /// ``SessionSettings/grace``. The answer to a poll may be a signature that Marksign tells only once.
    public func beginShutdown() {
        drive { watcher, _ in watcher.close() }
        waiters.close()
        closing.finish()
    }

    private func finishWhatIsUnderWay() async {
        for await _ in closings {}
        guard !Task.isCancelled else { return }
        if await !underWay.drain(within: settings.grace) {
            logger.warning("Requests to Marksign are cut by the shutdown")
        }
        workContinuation.finish()
    }

    /// What was given to the run loop and is not done yet.
    private let underWay = Countdown()

    /// Whether the service takes no more work.
    var isClosing: Bool { waiters.isClosed }

    /// Whether the loop runs.
    public var isRunning: Bool { running.withLock { $0 } }

    // MARK: The machine

    /// What there is to see.
    public var statistics: WatcherStatistics { state.withLock { $0.watcher.statistics } }

    /// When the oldest open session was accepted.
    public var oldestOpenSession: Timestamp? { state.withLock { $0.watcher.oldestCreation } }

    /// Gives the machine an input, and performs what follows outside the lock.
    func drive(_ input: (inout Watcher, Moment) -> Void) {
        change { state, now in input(&state.watcher, now) }
    }

    /// Changes the state, and performs what follows outside the lock.
    func change<Value>(_ body: (inout State, Moment) -> Value) -> Value {
        let now = environment.now()
        let (value, effects, permits, wakeAt) = state.withLock { state in
            let value = body(&state, now)
            let (effects, permits) = Self.collect(&state)
            return (value, effects, permits, state.watcher.wakeAt)
        }
        timer.set(wakeAt)
        for (permit, granted) in permits { permit.resume(returning: granted) }
        for effect in effects { begin(.effect(effect)) }
        return value
    }

    /// Gives the run loop something to do; `false` when it takes that no more.
    @discardableResult
    func begin(_ item: Work) -> Bool {
        if isClosing, item.comesTooLate { return false }
        // Counted before it is queued, so that a shutdown never overlooks it.
        underWay.enter()
        if case .terminated = workContinuation.yield(item) {
            underWay.leave()
            return false
        }
        return true
    }

    /// Waits until a start may be sent; `nil` when it may not, as when all was forgotten since that generation.
    func permitToStart(for client: ClientID, of generation: Int) async -> StartTicket? {
        let ticket = Mutex<StartTicket?>(nil)
        let granted = await withCheckedContinuation { (permit: CheckedContinuation<Bool, Never>) in
            let isAsked = change { state, now in
                guard state.generation == generation else { return false }
                let requested = state.watcher.requestStart(of: client, at: now)
                ticket.withLock { $0 = requested }
                state.startPermits[requested] = permit
                return true
            }
            if !isAsked { permit.resume(returning: false) }
        }
        return granted ? ticket.withLock { $0 } : nil
    }

    /// Writes what is left of a start as soon as the store takes it.
    func finishLater(_ session: Session, _ leftover: StartFlow.Leftover) {
        begin(.finish(session, leftover))
    }

    /// Accepts a start: it goes on in the run loop, whatever becomes of the caller.
    func accept(_ command: StartCommand) async -> StartResult {
        await withCheckedContinuation { continuation in
            if !begin(.start(command, continuation)) {
                continuation.resume(returning: .notNow)
            }
        }
    }

    /// The store is damaged: the process must end and read the disk anew.
    func stop(because error: StoreError) {
        state.withLock { $0.fatal = error }
        workContinuation.finish()
    }

    private static func collect(
        _ state: inout State
    ) -> (effects: [WatcherEffect], permits: [(CheckedContinuation<Bool, Never>, Bool)]) {
        var effects: [WatcherEffect] = []
        var permits: [(CheckedContinuation<Bool, Never>, Bool)] = []
        for effect in state.watcher.takeEffects() {
            switch effect {
            case .grantStart(let ticket):
                if let permit = state.startPermits.removeValue(forKey: ticket) { permits.append((permit, true)) }
            case .refuseStart(let ticket):
                if let permit = state.startPermits.removeValue(forKey: ticket) { permits.append((permit, false)) }
            case .poll, .remove, .end:
                effects.append(effect)
            }
        }
        return (effects, permits)
    }

    private func perform(_ item: Work) async {
        switch item {
        case .start(let command, let continuation):
            continuation.resume(returning: await start(sending: command))
        case .effect(let effect):
            await perform(effect)
        case .finish(let session, let leftover):
            await finish(session, leftover)
        case .endUnanswered(let session):
            await endUnanswered(session)
        }
    }
}
