import BridgeCore
import BridgeStore

extension SQLStore {
    /// Leaves, begins anew as another instance, and takes over all that is open.
    func adoptAll() async throws -> [OpenSession] {
        try await leave()
        _ = try await join(LeaseRequest(id: id(), number: 1, holding: 0, maxRate: 1), name: "test")
        var all: [OpenSession] = []
        while let open = try await adoptSessions(limit: 500) { all += open }
        return all
    }
}
