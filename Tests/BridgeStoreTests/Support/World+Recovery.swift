import BridgeCore
import Testing

@testable import BridgeStore

extension World {
    /// Records a recovery; whether there is such an endpoint.
    func recover(
        _ endpoint: EndpointID, since: Timestamp = World.start, until: Timestamp = RecoveryTests.later,
        client: ClientID? = nil
    ) async throws -> Bool {
        let recovery = Recovery(endpointID: endpoint, since: since, until: until)
        let done = try await store.recover(
            recovery, client: client ?? self.client, key: nil, answer: World.answer)
        guard case .done(let isDone) = done else { throw TestFailure("\(done)") }
        return isDone
    }

    /// How many events a recovery would send.
    func recoverable(
        _ endpoint: EndpointID, since: Timestamp = World.start, client: ClientID? = nil
    ) async throws -> Int? {
        try await store.countRecoverable(
            Recovery(endpointID: endpoint, since: since, until: RecoveryTests.later), client: client ?? self.client)
    }

    /// Goes on with what is recorded, in this store or one that went on with its file.
    func step(_ store: SQLStore? = nil, limit: Int = 100) async throws -> [DueDelivery]? {
        try await (store ?? self.store).continueRecoveries(
            limit: limit, at: RecoveryTests.later, makeDeliveryID: { BridgeStoreTests.id() })
    }

    /// All that is left, and in how many steps.
    func rest(_ store: SQLStore? = nil, limit: Int = 100) async throws -> (due: [DueDelivery], steps: Int) {
        var due: [DueDelivery] = []
        var steps = 0
        while let more = try await step(store, limit: limit) {
            #expect(more.count <= limit)
            due += more
            steps += 1
        }
        return (due, steps)
    }
}
