import BridgeCore
import Logging
import ServiceLifecycle
import Synchronization

/// Keeps the process an instance among those that share the store, and gives its services what the instance owns.
public final class InstanceService: Service {
    let store: any Store
    let sessions: SessionService
    let deliveries: DeliveryService
    let environment: Environment
    let alarms: Alarms
    let metrics: InstanceMetrics
    let logger: Logger
    private let name: String
    private let machine: Mutex<Membership>
    private let settled = Mutex<InstanceID?>(nil)
    private let fatal = Mutex<StoreError?>(nil)
    private let timer: WakeTimer
    private let calls: AsyncStream<Membership.Effect>
    private let callsContinuation: AsyncStream<Membership.Effect>.Continuation
    let joins: AsyncStream<Void>
    private let joinsContinuation: AsyncStream<Void>.Continuation
    private let closings: AsyncStream<Tick>
    private let closing: AsyncStream<Tick>.Continuation
    /// How long giving up the rest may take, when nothing is under way any more.
    private static let farewell: Duration = .seconds(3)

    /// A service over its parts; the process is no instance before ``run()``.
    ///
    /// - Parameters:
    ///   - name: Tells an operator which process it is.
    ///   - maxRate: The requests a second that all instances may send together.
    public init(
        store: any Store, name: String, maxRate: Double, sessions: SessionService, deliveries: DeliveryService,
        environment: Environment, alarms: Alarms, metrics: MetricsRegistry, logger: Logger
    ) {
        self.store = store
        self.name = name
        self.sessions = sessions
        self.deliveries = deliveries
        self.environment = environment
        self.alarms = alarms
        self.metrics = InstanceMetrics(metrics)
        self.logger = logger
        machine = Mutex(Membership(maxRate: maxRate))
        timer = WakeTimer(clock: environment.now)
        (calls, callsContinuation) = AsyncStream.makeStream()
        (joins, joinsContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (closings, closing) = AsyncStream.makeStream()
    }

    /// Joins, takes over what nobody owns, and stays an instance until the shutdown; then it gives up what it owns. It
    /// must be the last to be told of the shutdown: the others write until they end.
    public func run() async throws {
        timer.start { [weak self] in self?.drive { $0.advance(to: $1) } }
        drive { $0.begin(as: self.environment.identifier(), at: $1) }
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.lookAfterUntilShutdown() }
                for await call in calls {
                    group.addTask { await self.perform(call) }
                }
                group.cancelAll()
            }
        } onGracefulShutdown: { [store, callsContinuation] in
            store.cut(after: Self.farewell)
            callsContinuation.finish()
        }
        timer.stop()
        await leave()
        if let fatal = fatal.withLock({ $0 }) { throw fatal }
    }

    /// Takes over nothing any more, and gives up at once what is not under way. The sessions and deliveries are told
    /// before.
    ///
    /// - Parameter limit: Within which the process is gone: no call of the store takes longer than most of it.
    public func beginShutdown(within limit: Duration) {
        store.cut(after: limit * 0.9)
        drive { $0.leave(by: $1 + limit) }
        // Before the cut, and after the grace of the sessions: whoever still reads an answer holds nothing up.
        closing.yield(environment.now().tick + limit * 5 / 6)
        closing.finish()
    }

    /// Whether the process is an instance that has taken over what nobody owned when it joined.
    public var isSettled: Bool {
        guard let present else { return false }
        return settled.withLock { $0 == present }
    }

    /// How many instances there are, as far as is known.
    public var count: Int { machine.withLock { $0.instances } }

    /// The requests a second that this one may send.
    public var share: Double { machine.withLock { $0.share } }

    // MARK: The machine

    /// The instance that the process is.
    var present: InstanceID? { machine.withLock { $0.instance } }

    /// Whether others may use the store at the same time.
    var isShared: Bool { machine.withLock { $0.isShared } }

    /// Whether it may send anything, or will in a moment.
    var hasShare: Bool { machine.withLock { $0.hasShare } }

    /// Does something unless the process is that instance no more. It cannot be lost meanwhile.
    func asLong(as id: InstanceID, _ body: () -> Void) {
        machine.withLock { if $0.instance == id { body() } }
    }

    func hasSettled(_ id: InstanceID) {
        settled.withLock { $0 = id }
    }

    /// Gives the machine an input. What follows of it for the other services is done under the lock, so that shares are
    /// used in the order in which they were granted.
    private func drive(_ input: (inout Membership, Tick) -> Void) {
        let now = environment.now().tick
        let (requests, wakeAt) = machine.withLock { machine in
            input(&machine, now)
            var requests: [Membership.Effect] = []
            var effects = machine.takeEffects()[...]
            while let effect = effects.popFirst() {
                switch effect {
                case .join, .renew:
                    requests.append(effect)
                case .setRate(let rate, let end):
                    sessions.setRate(rate, until: end)
                case .lost(let id):
                    forget(id)
                    machine.begin(as: environment.identifier(), at: now)
                    effects += machine.takeEffects()
                }
            }
            return (requests, machine.wakeAt)
        }
        timer.set(wakeAt)
        for request in requests { callsContinuation.yield(request) }
    }

    private func forget(_ id: InstanceID) {
        metrics.lost()
        logger.error("The lease is over: what this process had belongs to others", metadata: ["instance": "\(id)"])
        store.resign()
        sessions.forgetAll()
        deliveries.forgetAll()
    }

    private func perform(_ call: Membership.Effect) async {
        switch call {
        case .join(let request):
            await ask(request) { [store, name] () throws(StoreError) in try await store.join(request, name: name) }
        case .renew(let request):
            await ask(request) { [store] () throws(StoreError) in try await store.renew(request) }
        case .setRate, .lost:
            preconditionFailure("This follows where the machine is driven")
        }
    }

    private func ask(
        _ request: LeaseRequest, _ call: () async throws(StoreError) -> InstanceGrant?
    ) async {
        let answer: Membership.Answer
        do {
            answer = try await call().map { .granted($0) } ?? .refused
        } catch {
            refused(error)
            answer = .failed
        }
        drive { $0.answered(request.number, answer, at: $1) }
        joinsContinuation.yield()
    }

    private func lookAfterUntilShutdown() async {
        let end = await withTaskGroup { group in
            group.addTask { await self.lookAfter() }
            let end = await closings.first { _ in true }
            group.cancelAll()
            return end
        }
        if let end { await giveUpWhatIdles(until: end) }
    }

    /// What it owns is anybody's from now on.
    func leave() async {
        do {
            try await store.leave()
        } catch {
            logger.warning("The others will wait for the lease's end", metadata: ["reason": "\(error)"])
        }
    }

    /// The store refused something: somebody must know, and when it is damaged the process ends.
    func refused(_ error: StoreError) {
        alarms.refused(error)
        guard case .fatal = error else { return }
        fatal.withLock { $0 = error }
        callsContinuation.finish()
    }
}
