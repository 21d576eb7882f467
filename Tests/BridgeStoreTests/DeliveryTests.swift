import BridgeCore
import Testing

@testable import BridgeStore

@Suite(.eachStore) struct DeliveryTests {
    static let later = World.start + .seconds(60)

    private func resend(_ world: World, _ id: DeliveryID, at time: Timestamp) async throws -> ResendResult {
        let keyed = try await world.store.resend(id, client: world.client, at: time, key: nil, answer: World.answer)
        guard case .done(let result) = keyed else { throw TestFailure("\(keyed)") }
        return result
    }

    static let decisions: [(AttemptError?, RetryPolicy.Decision, DeliveryStatus, counted: Int)] = [
        (nil, .delivered, .delivered, 1),
        (.status, .failed, .failed, 1),
        (.gone, .gone, .failed, 1),
        (.timeout, .retry(at: later), .pending, 1),
        (.shutdown, .retry(at: later), .pending, 0),
    ]

    @Test(arguments: decisions.indices) func anAttemptDecides(_ index: Int) async throws {
        let (error, decision, status, counted) = Self.decisions[index]
        let world = try await World()
        let endpoint = try await world.endpoint()
        let (_, due) = try await world.delivery()
        let attempt = Attempt.make(1, error)
        // Twice, as after a commit in doubt.
        for _ in 0..<2 {
            let consequence = try await world.record(attempt, of: due.id, decision, fence: 0)
            #expect(
                consequence
                    == AttemptConsequence(
                        nextAttemptAt: status == .pending ? Self.later : nil,
                        disabled: decision == .gone ? .gone : nil))
            let read = try #require(try await world.store.delivery(due.id, client: world.client))
            #expect(read.delivery.status == status)
            #expect(read.delivery.attemptCount == 1)
            #expect(read.delivery.nextAttemptAt == (status == .pending ? Self.later : nil))
            #expect(read.delivery.endedAt == (status == .pending ? nil : World.start + .milliseconds(12)))
            #expect(read.attempts == [attempt])
        }
        let work = try await world.store.work(for: due.id)
        #expect((work == nil) == (status != .pending))
        if let work {
            #expect(work.countedAttempts == counted)
            #expect(work.attemptCount == 1)
        }
        #expect(try await world.store.endpoint(endpoint, client: world.client)?.enabled == (decision != .gone))
    }

    @Test(arguments: [true, false]) func whatTheReceiverTookIsDelivered(endpointRemoved: Bool) async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        let (_, due) = try await world.delivery()
        if endpointRemoved {
            #expect(try await world.store.deleteEndpoint(endpoint, client: world.client, at: Self.later) != nil)
        } else {
            try await world.change(endpoint) { $0.enabled = false }
        }
        let consequence = try await world.record(.make(1), of: due.id, .delivered, fence: 0)
        #expect(consequence == AttemptConsequence(nextAttemptAt: nil))
        #expect(try await world.status(due.id) == .delivered)
    }

    @Test func goneHoldsTheOthers() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        let (_, first) = try await world.delivery()
        let (_, second) = try await world.delivery()
        #expect(try await world.record(.make(1, .gone), of: first.id, .gone).disabled == .gone)
        #expect(try await world.store.endpoint(endpoint, client: world.client)?.disabledReason == .gone)
        #expect(try await world.store.delivery(second.id, client: world.client)?.delivery.status == .held)
        guard case .held = try await resend(world, first.id, at: Self.later) else { throw TestFailure("not held") }
        let on = try await world.change(endpoint, at: Self.later) { $0.enabled = true }
        #expect(on?.due.map(\.id) == [first.id, second.id])
    }

    @Test func anAttemptOutOfTurnOnlyLeavesItsRow() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        let (_, due) = try await world.delivery()
        try await world.change(endpoint) { $0.enabled = false }
        // It was under way when its endpoint was disabled.
        let late = Attempt.make(1, .timeout)
        for _ in 0..<2 {
            let consequence = try await world.record(late, of: due.id, .retry(at: Self.later), fence: 0)
            #expect(consequence == AttemptConsequence(nextAttemptAt: nil))
        }
        var read = try #require(try await world.store.delivery(due.id, client: world.client))
        #expect(read.delivery.status == .held)
        #expect(read.attempts == [late])
        #expect(try await world.store.endpoint(endpoint, client: world.client)?.failingSince == nil)

        try await world.change(endpoint) { $0.enabled = true }
        #expect(try await world.store.work(for: due.id)?.attemptCount == 1)
        try await world.record(.make(2), of: due.id, .delivered)
        read = try #require(try await world.store.delivery(due.id, client: world.client))
        #expect(read.delivery.status == .delivered)
        #expect(read.delivery.attemptCount == 2)
        // What has ended stays as it ended.
        try await world.record(.make(3), of: due.id, .failed, fence: 2, epoch: 3)
        #expect(try await world.status(due.id) == .delivered)
        let absent = try await world.record(.make(1), of: id(), .retry(at: Self.later), fence: 0)
        #expect(absent == AttemptConsequence(nextAttemptAt: nil))
    }

    @Test func resendingStartsAnew() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        let (session, due) = try await world.delivery()
        try await world.record(.make(1, .status), of: due.id, .failed)
        let result = try await resend(world, due.id, at: Self.later)
        #expect(result == .due(world.due(due.id, due.eventID, session.id, to: endpoint, at: Self.later)))
        let work = try await world.store.work(for: due.id)
        #expect(work?.countedAttempts == 0)
        #expect(work?.attemptCount == 1)
        #expect(try await world.store.delivery(due.id, client: world.client)?.delivery.endedAt == nil)
        let foreign = try await world.store.resend(
            due.id, client: world.other, at: Self.later, key: nil, answer: World.answer)
        guard case .done(.notFound) = foreign else { throw TestFailure("\(foreign)") }
    }

    @Test func theVerdictOfAnAttemptBeforeAResendDoesNotCount() async throws {
        let world = try await World()
        _ = try await world.endpoint()
        let (_, due) = try await world.delivery()
        _ = try await resend(world, due.id, at: Self.later)
        // Attempt 1 was under way: its failure must not end what was asked for since, nor make it wait.
        let ended = Attempt.make(1, .status)
        let stale = try await world.record(ended, of: due.id, .failed, fence: 0)
        #expect(stale == AttemptConsequence(nextAttemptAt: ended.endedAt))
        var read = try #require(try await world.store.delivery(due.id, client: world.client))
        #expect(read.delivery.nextAttemptAt == ended.endedAt)
        // What was due before already stays so.
        let later = Attempt.make(2, .status, at: Self.later)
        let another = try await world.record(later, of: due.id, .retry(at: Self.later + .seconds(9)), fence: 0)
        #expect(another == AttemptConsequence(nextAttemptAt: ended.endedAt))
        let followed = try await world.record(.make(3, .status), of: due.id, .retry(at: Self.later))
        #expect(followed == AttemptConsequence(nextAttemptAt: Self.later))
        read = try #require(try await world.store.delivery(due.id, client: world.client))
        #expect(read.delivery.status == .pending)
        #expect(read.attempts.map(\.number) == [1, 2, 3])
        // But what the receiver took was taken.
        _ = try await resend(world, due.id, at: Self.later)
        try await world.record(.make(4), of: due.id, .delivered, fence: 0)
        #expect(try await world.status(due.id) == .delivered)
    }

    @Test func theLatestHundredAttemptsAreShown() async throws {
        let world = try await World()
        _ = try await world.endpoint()
        let (_, due) = try await world.delivery()
        for number in 1...103 {
            // Whatever number it was given: it is the next.
            try await world.record(.make(number + 7, .status), of: due.id, .retry(at: Self.later), fence: number - 1)
        }
        let read = try #require(try await world.store.delivery(due.id, client: world.client))
        #expect(read.delivery.attemptCount == 103)
        #expect(read.attempts.map(\.number) == Array(4...103))
    }

    @Test func anEventGoesToAnEndpointOnce() async throws {
        let world = try await World()
        _ = try await world.endpoint()
        let (_, due) = try await world.delivery()
        let error = await #expect(throws: StoreError.self) {
            try await world.store.write { db in
                try db.run(
                    """
                    INSERT INTO delivery (id, client_id, event_id, endpoint_id, status, created_at)
                    SELECT 'dlv_other', client_id, event_id, endpoint_id, 'held', 0 FROM delivery WHERE id = ?
                    """, [due.id.rawValue])
            }
        }
        guard case .unavailable(let reason) = error, reason.lowercased().contains("unique") else {
            throw TestFailure("\(error!)")
        }
    }

    @Test func theOldestPendingEventIsFound() async throws {
        let world = try await World()
        _ = try await world.endpoint()
        #expect(try await world.store.oldestUndelivered() == nil)
        let (_, first) = try await world.delivery(at: World.start)
        _ = try await world.delivery(at: Self.later)
        #expect(try await world.store.oldestUndelivered() == World.start)
        try await world.record(.make(1), of: first.id, .delivered)
        #expect(try await world.store.oldestUndelivered() == Self.later)
    }
}
