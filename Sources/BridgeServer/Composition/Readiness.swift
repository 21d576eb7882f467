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
    /// Of the store, while it is under way.
    private let probe = Mutex<Task<Bool, Never>?>(nil)

    /// How long the store has for a probe. It may take much longer, and who asks takes no answer for a bad one.
    private static let patience: Duration = .seconds(2)

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

    /// Whether the sessions that nobody owned were taken over. That stays so: what a shutdown does not let be done any
    /// more, the sessions refuse themselves.
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
        let (answers, answer) = AsyncStream.makeStream(of: Bool.self)
        let probe = probing()
        Task { answer.yield(await probe.value) }
        let countdown = Task {
            try await Task.sleep(for: Self.patience)
            answer.yield(false)
        }
        defer { countdown.cancel() }
        return await answers.first { _ in true } ?? false
    }

    /// One at a time, however many ask: they would take the connections of those that have work to do.
    private func probing() -> Task<Bool, Never> {
        probe.withLock { probe in
            if let probe { return probe }
            let new = Task {
                defer { self.probe.withLock { $0 = nil } }
                do {
                    try await store.probe()
                    return true
                } catch {
                    return false
                }
            }
            probe = new
            return new
        }
    }
}
