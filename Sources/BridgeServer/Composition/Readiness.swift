import BridgeCore
import BridgeRuntime
import Synchronization

/// Whether the bridge can do its work: it has its place among the instances, the store takes writes, and the loops run.
/// Marksign's state is no part of it: sessions survive an outage, and starts are refused one by one.
final class Readiness: Sendable {
    private let store: any Store
    private let instances: InstanceService
    private let sessions: SessionService
    private let deliveries: DeliveryService
    private let closed = Mutex(false)
    private let started = Atomic(false)

    init(
        store: any Store, instances: InstanceService, sessions: SessionService, deliveries: DeliveryService
    ) {
        self.store = store
        self.instances = instances
        self.sessions = sessions
        self.deliveries = deliveries
    }

    /// Never ready again.
    func close() {
        closed.withLock { $0 = true }
    }

    /// Whether the sessions that nobody owned were taken over. That stays so: what a shutdown does not let be done any more,
    /// the sessions refuse themselves.
    var hasStarted: Bool {
        if started.load(ordering: .relaxed) { return true }
        guard instances.isSettled, sessions.isRunning else { return false }
        started.store(true, ordering: .relaxed)
        return true
    }

    func check() async -> Bool {
        guard !closed.withLock({ $0 }), instances.isSettled, sessions.isRunning, deliveries.isRunning else {
            return false
        }
        do {
            try await store.probe()
            return true
        } catch {
            return false
        }
    }
}
