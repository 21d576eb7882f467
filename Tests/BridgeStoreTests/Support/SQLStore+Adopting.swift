import BridgeCore
import Synchronization

@testable import BridgeStore

extension SQLStore {
    /// The store of an instance that has not asked for a lease, the same however often a test opens the store: it may
    /// write, and what it writes anybody may take over.
    func asInstance() -> SQLStore {
        instance.withLock { $0 = InstanceID(stored: "the-tests") }
        return self
    }

    /// Leaves, begins anew as another instance, and takes over all that is open. Deliveries come along as they are, as
    /// where one process follows another.
    func adoptAll() async throws -> [OpenSession] {
        try await leave()
        _ = try await join(.make(), name: "test")
        if isShared { try await write { db in try db.run("UPDATE delivery SET owner = ?", [db.mine.id]) } }
        var all: [OpenSession] = []
        while let open = try await adoptSessions(limit: 500) { all += open }
        return all
    }
}

extension LeaseRequest {
    /// What an instance asks that holds so much of fifty requests a second.
    static func make(_ id: InstanceID = BridgeStoreTests.id(), number: Int = 1, holding: Double = 0) -> LeaseRequest {
        LeaseRequest(id: id, number: number, holding: holding, maxRate: 50)
    }
}
