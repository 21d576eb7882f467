import BridgeCore
import CurlHTTP
import Logging
import ServiceLifecycle
import Synchronization

/// Performs what the ``Dispatcher`` decides: sends webhooks, and records each attempt with what follows it.
public final class DeliveryService: Service {
    let store: any Store
    let sender: WebhookSender
    let settings: DeliverySettings
    let environment: Environment
    let alarms: Alarms
    let metrics: DeliveryMetrics
    let logger: Logger
    private let machine: Mutex<Dispatcher>
    private let running = Mutex(false)
    private let fatal = Mutex<StoreError?>(nil)
    private let timer: WakeTimer
    private let work: AsyncStream<DeliveryID>
    private let workContinuation: AsyncStream<DeliveryID>.Continuation
    let parts: AsyncStream<Void>
    private let partsContinuation: AsyncStream<Void>.Continuation

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
        machine = Mutex(Dispatcher(limits: settings.limits, at: environment.now().tick))
        timer = WakeTimer(clock: environment.now)
        (work, workContinuation) = AsyncStream.makeStream()
        (parts, partsContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Delivers what it is given until the shutdown; attempts under way are cut then, and their deliveries stay
    /// pending.
    public func run() async throws {
        running.withLock { $0 = true }
        defer { running.withLock { $0 = false } }
        timer.start { [weak self] in self?.drive { $0.advance(to: $1) } }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.performParts() }
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
        drive { dispatcher, _ in dispatcher.close() }
        workContinuation.finish()
    }

    /// Deliveries became due in the store.
    public func wake(_ due: [DueDelivery]) {
        guard !due.isEmpty else { return }
        drive { $0.add(due, at: $1) }
    }

    /// Something was recorded in the store that is done in parts: a recovery, or the change of an endpoint with very
    /// many deliveries.
    public func catchUp() {
        partsContinuation.yield()
    }

    /// A client changed or removed an endpoint; one that was removed is not enabled.
    public func endpointChanged(_ endpoint: Endpoint) {
        if endpoint.enabled {
            drive { $0.configure(endpoint.id, endpoint.lane, at: $1) }
        } else {
            drive { $0.drop(endpoint.id, epoch: endpoint.epoch, at: $1) }
        }
        catchUp()
    }

    /// An attempt's record disabled its endpoint.
    func disabled(_ endpoint: Endpoint, because reason: DisabledReason) {
        tell(reason, of: endpoint)
        drive { $0.drop(endpoint.id, epoch: endpoint.epoch + 1, at: $1) }
        catchUp()
    }

    /// Whether the loop runs.
    public var isRunning: Bool { running.withLock { $0 } }

    /// Attempts under way.
    public var attemptsInFlight: Int { machine.withLock { $0.attemptsInFlight } }

    /// The deliveries whose attempts are under way, or are being recorded.
    var underWay: [DeliveryID] { machine.withLock { $0.underWay } }

    /// Deliveries that are not over.
    public var openDeliveries: Int { machine.withLock { $0.openDeliveries } }

    func drive(_ input: (inout Dispatcher, Moment) -> Void) {
        let now = environment.now()
        let (ids, wakeAt) = machine.withLock { machine in
            input(&machine, now)
            return (machine.takeEffects(), machine.wakeAt)
        }
        timer.set(wakeAt)
        for id in ids { workContinuation.yield(id) }
    }

    // MARK: What the instance owns

    /// A page of what the instance has pending. No attempt begins before all pages are there.
    func resume(_ page: [DueDelivery]) {
        drive { $0.resume(page, at: $1) }
    }

    /// All pages are there.
    func resumed() {
        drive { $0.resumed(at: $1) }
        catchUp()
    }

    /// Whether a delivery waits here or is under way.
    func knows(_ id: DeliveryID) -> Bool {
        machine.withLock { $0.knows(id) }
    }

    /// Deliveries that are the instance's, and may be unknown here.
    func remind(_ due: [DueDelivery]) {
        guard !due.isEmpty else { return }
        drive { $0.remind(due, at: $1) }
    }

    /// The deliveries are others' now. Attempts under way end as they end, and nothing follows them.
    func forgetAll() {
        drive { $0.forgetAll(at: $1) }
    }

    /// The store refused a write: somebody must know, and when it is damaged the process ends.
    func refused(_ error: StoreError) {
        alarms.refused(error)
        if case .fatal = error { stop(because: error) }
    }

    /// The store is damaged: the process must end and read the disk anew.
    private func stop(because error: StoreError) {
        fatal.withLock { $0 = error }
        workContinuation.finish()
    }
}
