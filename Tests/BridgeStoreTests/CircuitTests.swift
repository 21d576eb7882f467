import BridgeCore
import Testing

@testable import BridgeStore

/// When an endpoint is disabled because all of its attempts fail.
@Suite struct CircuitTests {
    static let later = World.start + .seconds(60)
    static let retry = RetryPolicy.Decision.retry(at: World.start + .seconds(3600))

    private func endpoint(_ world: World, _ id: EndpointID) async throws -> Endpoint {
        try #require(try await world.store.endpoint(id, client: world.client))
    }

    @Test(.eachStore) func theFirstFailureIsRemembered() async throws {
        let world = try await World()
        let id = try await world.endpoint()
        let (_, due) = try await world.delivery()
        try await world.record(.make(1, .timeout), of: due.id, Self.retry)
        let since = World.start + .milliseconds(12)
        #expect(try await endpoint(world, id).failingSince == since)
        #expect(try await world.store.endpointCounts().failing == 1)
        try await world.record(.make(2, .timeout, at: Self.later), of: due.id, Self.retry)
        #expect(try await endpoint(world, id).failingSince == since)
        try await world.record(.make(3, at: Self.later), of: due.id, .delivered)
        #expect(try await endpoint(world, id).failingSince == nil)
        #expect(try await world.store.endpointCounts() == EndpointCounts())
    }

    @Test(.eachStore) func aCutAttemptSaysNothing() async throws {
        let world = try await World()
        let id = try await world.endpoint()
        let (_, due) = try await world.delivery()
        try await world.record(.make(1, .shutdown), of: due.id, Self.retry, failingCutoff: Self.later)
        #expect(try await endpoint(world, id).failingSince == nil)
        try await world.record(.make(2, .dns), of: due.id, Self.retry)
        let since = try await endpoint(world, id).failingSince
        #expect(since != nil)
        let cut = try await world.record(.make(3, .shutdown), of: due.id, Self.retry, failingCutoff: Self.later)
        #expect(cut == AttemptConsequence(nextAttemptAt: World.start + .seconds(3600)))
        #expect(try await endpoint(world, id).failingSince == since)
        #expect(try await endpoint(world, id).enabled)
    }

    @Test(.eachStore) func aReceiverThatDoesNotWantAnEventWorks() async throws {
        let world = try await World()
        let id = try await world.endpoint()
        let (_, due) = try await world.delivery()
        let (_, failing) = try await world.delivery()
        let (_, last) = try await world.delivery()
        try await world.record(.make(1, .status, isRefused: true), of: due.id, .failed)
        #expect(try await world.status(due.id) == .failed)
        #expect(try await endpoint(world, id).failingSince == nil)
        for number in 1..<EndpointHealth.minimumFailures {
            try await world.record(.make(number, .status), of: failing.id, Self.retry)
        }
        let since = try await endpoint(world, id).failingSince
        #expect(since != nil)
        // Neither a failure more, nor a success.
        try await world.record(.make(1, .status, isRefused: true), of: last.id, .failed, failingCutoff: Self.later)
        #expect(try await endpoint(world, id).failingSince == since)
        #expect(try await endpoint(world, id).enabled)
        try await world.record(.make(9, .status), of: failing.id, Self.retry, failingCutoff: Self.later)
        #expect(try await endpoint(world, id).disabledReason == .failing)
    }

    @Test func onlyWhatChangesIsWritten() async throws {
        let world = try await World()
        _ = try await world.endpoint()
        func changes(_ error: AttemptError?, _ decision: RetryPolicy.Decision, of id: DeliveryID) async throws -> Int {
            func total() async throws -> Int {
                try await world.store.write { try $0.value("SELECT total_changes()") ?? 0 }
            }
            let before = try await total()
            try await world.record(.make(1, error), of: id, decision)
            return try await total() - before
        }
        let (_, first) = try await world.delivery()
        let (_, second) = try await world.delivery()
        // The delivery and the attempt.
        #expect(try await changes(nil, .delivered, of: first.id) == 2)
        // And the endpoint, while its record changes.
        for _ in 1...EndpointHealth.minimumFailures {
            #expect(try await changes(.timeout, Self.retry, of: second.id) == 3)
        }
        #expect(try await changes(.timeout, Self.retry, of: second.id) == 2)
        #expect(try await changes(nil, .delivered, of: second.id) == 3)
    }

    /// What is decided of the delivery, how it stands then, and how long before the cutoff the failing began.
    static let lastStraws: [(RetryPolicy.Decision, DeliveryStatus, sooner: Int64, disables: Bool)] = [
        (retry, .held, 0, true), (retry, .held, 1, true), (.failed, .failed, 0, true), (retry, .pending, -1, false),
        (.failed, .failed, -1, false),
    ]

    @Test(.eachStore, arguments: lastStraws.indices) func failingForTooLongDisables(_ index: Int) async throws {
        let (decision, status, sooner, disables) = Self.lastStraws[index]
        let world = try await World()
        let id = try await world.endpoint()
        let untouched = try await world.endpoint(client: world.other)
        let (_, first) = try await world.delivery()
        let (_, second) = try await world.delivery()
        for number in 1..<EndpointHealth.minimumFailures {
            // Long enough, but not often enough.
            let soon = try await world.record(
                .make(number, .timeout), of: first.id, Self.retry, failingCutoff: Self.later)
            #expect(soon == AttemptConsequence(nextAttemptAt: World.start + .seconds(3600)))
        }
        let since = try #require(try await endpoint(world, id).failingSince)
        let fence = EndpointHealth.minimumFailures - 1
        let last = Attempt.make(2, .status, at: Self.later)
        // Twice, as after a commit in doubt.
        for _ in 0..<2 {
            let consequence = try await world.record(
                last, of: first.id, decision, fence: fence, failingCutoff: since + .milliseconds(sooner))
            #expect(
                consequence
                    == AttemptConsequence(
                        nextAttemptAt: status == .pending ? World.start + .seconds(3600) : nil,
                        disabled: disables ? .failing : nil))
            #expect(try await world.status(first.id) == status)
            #expect(try await world.status(second.id) == (disables ? .held : .pending))
        }
        #expect(try await endpoint(world, id).enabled == !disables)
        #expect(try await endpoint(world, id).disabledReason == (disables ? .failing : nil))
        #expect(try await world.store.endpoint(untouched, client: world.other)?.enabled == true)
        var counts = EndpointCounts()
        if disables { counts.disabled = [.failing: 1] } else { counts.failing = 1 }
        #expect(try await world.store.endpointCounts() == counts)
    }

    @Test(.eachStore) func enablingGivesACleanRecord() async throws {
        let world = try await World()
        let id = try await world.endpoint()
        let (_, due) = try await world.delivery()
        for number in 1...EndpointHealth.minimumFailures {
            try await world.record(.make(number, .timeout), of: due.id, Self.retry, failingCutoff: Self.later)
        }
        #expect(try await endpoint(world, id).disabledReason == .failing)
        let on = try await world.change(id, at: Self.later) { $0.enabled = true }
        #expect(on?.endpoint.failingSince == nil)
        #expect(on?.due.map(\.id) == [due.id])
        #expect(try await endpoint(world, id).failingSince == nil)
        #expect(try await world.store.work(for: due.id)?.countedAttempts == EndpointHealth.minimumFailures)
        // It is counted from the beginning.
        try await world.record(.make(6, .timeout), of: due.id, Self.retry, failingCutoff: Self.later)
        #expect(try await endpoint(world, id).enabled)
    }

    @Test(.eachStore) func anotherURLGivesACleanRecord() async throws {
        let world = try await World()
        let id = try await world.endpoint()
        let (_, due) = try await world.delivery()
        try await world.record(.make(1, .timeout), of: due.id, Self.retry)
        try await world.change(id) { $0.url = "https://other.example/" }
        #expect(try await endpoint(world, id).failingSince == nil)
        #expect(try await world.store.endpointCounts() == EndpointCounts())
    }

    @Test(.eachStore) func whatIsNotFollowedSaysNothingBadOfTheEndpoint() async throws {
        let world = try await World()
        let id = try await world.endpoint()
        let (_, due) = try await world.delivery()
        try await world.record(.make(1, .timeout), of: due.id, Self.retry)
        let since = try await endpoint(world, id).failingSince
        let stale = try await world.record(
            .make(2, .timeout), of: due.id, Self.retry, fence: 0, failingCutoff: Self.later)
        #expect(stale == AttemptConsequence(nextAttemptAt: World.start + .milliseconds(12)))
        let gone = try await world.record(.make(3, .gone), of: due.id, .gone, fence: 0, failingCutoff: Self.later)
        #expect(gone == stale)
        #expect(try await endpoint(world, id).enabled)
        #expect(try await endpoint(world, id).failingSince == since)
        // But a success does say something, even of a delivery that has ended.
        try await world.record(.make(4, .timeout), of: due.id, .failed)
        try await world.record(.make(5), of: due.id, .delivered, fence: 0)
        #expect(try await world.status(due.id) == .failed)
        #expect(try await endpoint(world, id).failingSince == nil)
    }

    @Test(.eachStore) func goneGoesBeforeFailing() async throws {
        let world = try await World()
        let id = try await world.endpoint()
        let (_, due) = try await world.delivery()
        let consequence = try await world.record(.make(1, .gone), of: due.id, .gone, failingCutoff: Self.later)
        #expect(consequence.disabled == .gone)
        #expect(try await endpoint(world, id).disabledReason == .gone)
        try await world.change(try await world.endpoint()) { $0.enabled = false }
        _ = try await world.store.deleteEndpoint(
            try await world.endpoint(enabled: false), client: world.client, at: Self.later)
        var counts = EndpointCounts()
        counts.disabled = [.gone: 1, .byClient: 1]
        #expect(try await world.store.endpointCounts() == counts)
    }
}
