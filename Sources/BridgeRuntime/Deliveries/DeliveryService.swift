import BridgeCore
import CurlHTTP
import Logging
import ServiceLifecycle
import Synchronization

/// Performs what the ``Dispatcher`` decides: sends webhooks, and records each attempt with what follows it.
public final class DeliveryService: Service {
    private let store: any Store
    private let sender: WebhookSender
    private let settings: DeliverySettings
    private let environment: Environment
    private let alarms: Alarms
    private let metrics: DeliveryMetrics
    private let logger: Logger
    private let machine: Mutex<Dispatcher>
    private let running = Mutex(false)
    private let fatal = Mutex<StoreError?>(nil)
    private let timer: WakeTimer
    private let work: AsyncStream<DeliveryID>
    private let workContinuation: AsyncStream<DeliveryID>.Continuation

    /// A service over its parts; it does nothing before ``run()``.
    public init(
        store: any Store, http: HTTPClient, settings: DeliverySettings, environment: Environment, alarms: Alarms,
        metrics: MetricsRegistry, logger: Logger
    ) {
        self.store = store
        sender = WebhookSender(http: http, settings: settings)
        self.settings = settings
        self.environment = environment
        self.alarms = alarms
        self.metrics = DeliveryMetrics(metrics)
        self.logger = logger
        machine = Mutex(Dispatcher(limits: settings.limits))
        timer = WakeTimer(clock: environment.now)
        (work, workContinuation) = AsyncStream.makeStream()
    }

    /// Takes up what is pending in the store, and delivers until the shutdown; attempts under way are cut then, and
    /// their deliveries stay pending.
    public func run() async throws {
        try await resume()
        running.withLock { $0 = true }
        defer { running.withLock { $0 = false } }
        timer.start { [weak self] in self?.drive { $0.advance(to: $1) } }
        await withDiscardingTaskGroup { group in
            for await id in work {
                group.addTask { await self.attempt(id) }
            }
            group.cancelAll()
        }
        timer.stop()
        if let fatal = fatal.withLock({ $0 }) { throw fatal }
        // A service that ends before it is told to would end the whole group at once.
        try? await gracefulShutdown()
    }

    /// Begins no attempt any more, and cuts those under way.
    public func beginShutdown() {
        workContinuation.finish()
    }

    /// Deliveries became due in the store.
    public func wake(_ due: [DueDelivery]) {
        guard !due.isEmpty else { return }
        drive { $0.add(due, at: $1) }
    }

    /// Whether the loop runs, what was pending in the store taken up.
    public var isRunning: Bool { running.withLock { $0 } }

    /// Attempts under way.
    public var attemptsInFlight: Int { machine.withLock { $0.attemptsInFlight } }

    /// Deliveries that are not over.
    public var openDeliveries: Int { machine.withLock { $0.openDeliveries } }

    private func drive(_ input: (inout Dispatcher, Moment) -> Void) {
        let now = environment.now()
        let (ids, wakeAt) = machine.withLock { machine in
            input(&machine, now)
            return (machine.takeEffects(), machine.wakeAt)
        }
        timer.set(wakeAt)
        for id in ids { workContinuation.yield(id) }
    }

    private func resume() async throws {
        let pageSize = 1000
        var last: DeliveryID?
        while true {
            let page = try await store.pendingDeliveries(after: last, limit: pageSize)
            drive { $0.resume(page, at: $1) }
            guard page.count == pageSize else { return }
            last = page.last?.id
        }
    }

    private func attempt(_ id: DeliveryID) async {
        let retryAt = await attempted(id)
        drive { $0.attempted(id, retryAt: retryAt, at: $1) }
    }

    /// Makes one attempt; when to make the next.
    private func attempted(_ id: DeliveryID) async -> Timestamp? {
        let work: DeliveryWork
        do {
            guard let found = try await store.work(for: id) else { return nil }
            work = found
        } catch {
            logger.error("A delivery could not be read", metadata: ["delivery.id": "\(id)", "reason": "\(error)"])
            return environment.now().wall + .seconds(5)
        }
        let began = environment.now()
        let result = await sender.send(work, at: began.wall)
        let ended = environment.now()
        let attempt = Attempt(
            number: work.attemptCount + 1, startedAt: began.wall,
            durationMilliseconds: Int((ended.tick - began.tick).wholeMilliseconds), result: result)
        let decision = settings.policy.decide(
            after: work.countedAttempts + 1, result, at: ended.wall, jitter: environment.unit())
        tell(attempt, of: work, decision)
        guard await record(attempt, of: id, decision), case .retry(let at) = decision else { return nil }
        return at
    }

    /// Stores an attempt, however long that takes. `false`: something else was decided about the delivery meanwhile,
    /// or the process ends first; the delivery is pending on disk then, and is sent once more.
    private func record(_ attempt: Attempt, of id: DeliveryID, _ decision: RetryPolicy.Decision) async -> Bool {
        var wait = Duration.milliseconds(100)
        while true {
            do {
                let listened = try await store.record(attempt, of: id, decision)
                alarms.set(.storeFailing, false)
                return listened
            } catch {
                alarms.set(.storeFailing, true, ["reason": "\(error)"])
                if case .fatal = error {
                    stop(because: error)
                    return false
                }
                do { try await Task.sleep(for: wait) } catch { return false }
                wait = min(wait * 2, .seconds(5))
            }
        }
    }

    /// The store is damaged: the process must end and read the disk anew.
    private func stop(because error: StoreError) {
        fatal.withLock { $0 = error }
        workContinuation.finish()
    }

    private func tell(_ attempt: Attempt, of work: DeliveryWork, _ decision: RetryPolicy.Decision) {
        metrics.attempted(attempt, decision)
        let error = attempt.result.error
        logger.log(
            level: error == nil || error == .shutdown ? .info : .warning,
            error == nil ? "Delivered" : "An attempt to deliver failed",
            metadata: [
                "delivery.id": "\(work.id)", "endpoint.id": "\(work.endpointID)", "event.id": "\(work.eventID)",
                "attempt": "\(attempt.number)",
                "error": "\(error?.rawValue ?? "none")",
                "status": "\(attempt.result.status.map(String.init) ?? "none")",
                "address": "\(attempt.result.address ?? "none")", "duration_ms": "\(attempt.durationMilliseconds)",
                "next": "\(decision.next)",
            ])
    }
}

extension RetryPolicy.Decision {
    /// What follows, for the log.
    fileprivate var next: String {
        switch self {
        case .delivered: "delivered"
        case .retry(let at): at.description
        case .failed: "failed"
        case .gone: "gone"
        }
    }
}
