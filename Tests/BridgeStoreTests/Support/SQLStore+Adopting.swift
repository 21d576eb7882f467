import BridgeCore

@testable import BridgeStore

extension SQLStore {
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
