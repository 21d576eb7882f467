import BridgeCore
import Testing

@testable import BridgeStore

/// What an attempt tells of an endpoint that has changed since it began.
@Suite(.eachStore) struct EpochTests {
    static let later = World.start + .seconds(60)
    static let retry = RetryPolicy.Decision.retry(at: later)

    /// What happens to the endpoint while an attempt is under way.
    enum Change: CaseIterable {
        case url, disabledAndEnabled
    }

    private func make(_ change: Change, of id: EndpointID, in world: World) async throws {
        switch change {
        case .url: try await world.change(id) { $0.url = "https://other.example/" }
        case .disabledAndEnabled:
            try await world.change(id) { $0.enabled = false }
            try await world.change(id) { $0.enabled = true }
        }
    }

    @Test(arguments: Change.allCases, [RetryPolicy.Decision.gone, .failed, retry])
    func whatTheFormerOneAnsweredSaysNothing(_ change: Change, _ decision: RetryPolicy.Decision) async throws {
        let world = try await World()
        let id = try await world.endpoint()
        let (_, due) = try await world.delivery()
        let (_, other) = try await world.delivery()
        try await make(change, of: id, in: world)
        let changed = try #require(try await world.store.endpoint(id, client: world.client))
        let attempt = Attempt.make(1, decision == .gone ? .gone : .status)
        // Twice, as after a commit in doubt.
        for _ in 0..<2 {
            let consequence = try await world.record(
                attempt, of: due.id, decision, fence: 0, epoch: 1, failingCutoff: Self.later)
            // It is due, at the new address.
            let dueAt = try #require(consequence.nextAttemptAt)
            #expect(dueAt <= attempt.endedAt)
            #expect(consequence.disabled == nil)
            let read = try #require(try await world.store.delivery(due.id, client: world.client))
            #expect(read.delivery.status == .pending)
            #expect(read.delivery.nextAttemptAt == dueAt)
            #expect(read.attempts == [attempt])
        }
        #expect(try await world.store.endpoint(id, client: world.client) == changed)
        #expect(try await world.status(other.id) == .pending)
        #expect(try await world.store.work(for: due.id)?.countedAttempts == 0)
    }

    @Test(arguments: Change.allCases) func whatTheFormerOneTookIsDelivered(_ change: Change) async throws {
        let world = try await World()
        let id = try await world.endpoint()
        let (_, due) = try await world.delivery()
        let (_, other) = try await world.delivery()
        try await make(change, of: id, in: world)
        try await world.record(.make(1, .status), of: other.id, Self.retry)
        let changed = try #require(try await world.store.endpoint(id, client: world.client))
        #expect(changed.failingSince != nil)
        let consequence = try await world.record(.make(1), of: due.id, .delivered, fence: 0, epoch: 1)
        #expect(consequence == AttemptConsequence(nextAttemptAt: nil))
        #expect(try await world.status(due.id) == .delivered)
        // That the former one works says nothing of this one.
        #expect(try await world.store.endpoint(id, client: world.client) == changed)
    }

    @Test func everyTurnHasAnEpoch() async throws {
        let world = try await World()
        let id = try await world.endpoint()
        let (_, due) = try await world.delivery()
        func epochs() async throws -> [Int?] {
            [
                try await world.store.endpoint(id, client: world.client)?.epoch,
                try await world.store.work(for: due.id)?.endpoint.epoch,
                try await world.store.pendingDeliveries(after: nil, limit: 1).first?.lane.epoch,
            ]
        }
        #expect(try await epochs() == [1, 1, 1])
        try await world.change(id) { $0.description = "the same" }
        #expect(try await epochs() == [1, 1, 1])
        try await world.change(id) { $0.url = "https://other.example/" }
        #expect(try await epochs() == [2, 2, 2])
        try await world.record(.make(1, .gone), of: due.id, .gone)
        #expect(try await epochs() == [3, nil, nil])
        let enabled = try await world.change(id) { $0.enabled = true }
        #expect(enabled?.endpoint.epoch == 4)
        let session = try await world.watched()
        #expect(try await world.store.end(world.ending(session))?.map(\.lane.epoch) == [4])
        #expect(try await world.store.deleteEndpoint(id, client: world.client, at: Self.later)?.epoch == 5)
    }
}
