import BridgeCore
import Testing

@testable import BridgeStore

/// Of many deliveries, those beyond the endpoint's own commit are brought in line in parts, whatever comes between.
@Suite(.eachStore) struct AlignmentTests {
    static let later = World.start + .seconds(60)
    static let count = Alignment.maximumAtOnce + 5

    /// An endpoint with more pending deliveries than one commit holds.
    private struct Many {
        let world: World
        let endpoint: EndpointID
        let deliveries: [DeliveryID]

        init(enabled: Bool = true, keys: [[UInt8]] = []) async throws {
            world = try await World(keys: keys)
            endpoint = try await world.endpoint(enabled: enabled)
            deliveries = (0..<count).map { _ in id() }
            let (store, client) = (world.store, world.client)
            // In commits for which there is time, also when the machine is busy.
            for start in stride(from: 0, to: count, by: 100) {
                let part = deliveries.dropFirst(start).prefix(100)
                try await store.write { [endpoint] db in
                    for delivery in part {
                        let event = Event(
                            id: id(), clientID: client, sessionID: nil, type: .endpointTest, createdAt: World.start,
                            body: [1])
                        try SealedEvent(event, store.sealer).insert(db)
                        _ = try DeliveryFanOut(db: db, makeID: { delivery }).send(
                            event, to: endpoint, enabled: enabled, DeliveryLane(clientID: client))
                    }
                }
            }
        }

        /// Removes all that is over, in commits as small as the service's.
        func expire(_ retention: Retention) async throws {
            for _ in 0...(count / 100 + 1) {
                _ = try await world.store.expire(retention, at: later, limit: 100)
            }
        }

        func statuses(_ store: SQLStore? = nil) async throws -> [String: Int] {
            try await (store ?? world.store).read { db in
                try db.rows("SELECT status, count(*) FROM delivery GROUP BY status").reduce(into: [:]) {
                    $0[$1[0] as String] = $1[1]
                }
            }
        }

        /// All that is left to align, and in how many steps.
        func align(_ store: SQLStore? = nil, limit: Int = 2) async throws -> (due: [DueDelivery], steps: Int) {
            var due: [DueDelivery] = []
            var steps = 0
            while let more = try await (store ?? world.store).alignDeliveries(limit: limit, at: later) {
                #expect(more.count <= limit)
                due += more
                steps += 1
            }
            return (due, steps)
        }

        func pending(_ store: SQLStore? = nil) async throws -> [DeliveryID] {
            try await (store ?? world.store).pendingDeliveries(after: nil, limit: 10_000).map(\.id)
        }
    }

    @Test func disablingIsDoneInParts() async throws {
        let many = try await Many()
        try await many.world.change(many.endpoint) { $0.enabled = false }
        #expect(try await many.statuses() == ["held": Alignment.maximumAtOnce, "pending": 5])
        // Nothing goes out meanwhile.
        let last = try #require(many.deliveries.last)
        #expect(try await many.world.store.work(for: last) == nil)
        #expect(try await many.pending() == [])
        let (due, steps) = try await many.align()
        #expect(due == [])
        #expect(steps == 3)
        #expect(try await many.statuses() == ["held": Self.count])
    }

    @Test func enablingIsDoneInParts() async throws {
        let many = try await Many(enabled: false)
        let enabled = try await many.world.change(many.endpoint, at: Self.later) { $0.enabled = true }
        #expect(enabled?.due.map(\.id) == Array(many.deliveries.prefix(Alignment.maximumAtOnce)))
        let (due, steps) = try await many.align()
        #expect(due.map(\.id) == Array(many.deliveries.suffix(5)))
        #expect(due.allSatisfy { $0.dueAt == Self.later && $0.lane.epoch == 2 })
        #expect(steps == 3)
        #expect(try await many.pending() == many.deliveries)
    }

    @Test func deletingIsDoneInParts() async throws {
        let many = try await Many()
        let (world, last) = (many.world, try #require(many.deliveries.last))
        #expect(try await world.store.deleteEndpoint(many.endpoint, client: world.client, at: Self.later) != nil)
        #expect(try await many.statuses() == ["abandoned": Alignment.maximumAtOnce, "pending": 5])
        #expect(try await world.store.work(for: last) == nil)
        #expect(try await many.pending() == [])
        let resent = try await world.store.resend(
            last, client: world.client, at: Self.later, key: nil, answer: World.answer)
        guard case .done(.endpointGone) = resent else { throw TestFailure("\(resent)") }
        // It is kept as long as a delivery refers to it.
        let retention = Retention(files: .zero, sessions: .zero, undelivered: .seconds(9000))
        try await many.expire(retention)
        #expect(try await many.statuses() == ["pending": 5])
        #expect(try await many.align().due == [])
        #expect(try await many.statuses() == ["abandoned": 5])
        try await many.expire(retention)
        #expect(try await world.store.read { try $0.value("SELECT count(*) FROM endpoint") } == 0)
    }

    @Test func expiryMayTakeAllThatIsLeft() async throws {
        let many = try await Many()
        let world = many.world
        #expect(try await world.store.deleteEndpoint(many.endpoint, client: world.client, at: Self.later) != nil)
        let retention = Retention(files: .zero, sessions: .zero, undelivered: .zero)
        try await many.expire(retention)
        #expect(try await world.store.read { try $0.value("SELECT count(*) FROM endpoint") } == 0)
        #expect(try await many.align().steps == 0)
    }

    @Test func enabledAgainBeforeItIsDoneAllIsDue() async throws {
        let many = try await Many()
        try await many.world.change(many.endpoint) { $0.enabled = false }
        // What never came to be held was forgotten in memory all the same.
        let enabled = try await many.world.change(many.endpoint, at: Self.later) { $0.enabled = true }
        let (due, _) = try await many.align()
        #expect((enabled?.due ?? []).map(\.id) + due.map(\.id) == many.deliveries)
        #expect(try await many.statuses() == ["pending": Self.count])
    }

    @Test func whatComesMeanwhileIsNotTouched() async throws {
        let many = try await Many(enabled: false)
        try await many.world.change(many.endpoint, at: Self.later) { $0.enabled = true }
        let (_, new) = try await many.world.delivery()
        let retry = Self.later + .seconds(300)
        try await many.world.record(.make(1, .status), of: new.id, .retry(at: retry))
        let (due, _) = try await many.align()
        #expect(due.map(\.id) == Array(many.deliveries.suffix(5)))
        #expect(
            try await many.world.store.delivery(new.id, client: many.world.client)?.delivery.nextAttemptAt == retry)
    }

    @Test func disabledAgainMeanwhileAllIsHeld() async throws {
        let many = try await Many(enabled: false)
        try await many.world.change(many.endpoint) { $0.enabled = true }
        #expect(try await many.world.store.alignDeliveries(limit: 2, at: Self.later)?.count == 2)
        try await many.world.change(many.endpoint) { $0.enabled = false }
        #expect(try await many.align().due == [])
        #expect(try await many.statuses() == ["held": Self.count])
    }

    @Test func aCrashInTheMiddleLosesNothing() async throws {
        let many = try await Many(enabled: false)
        try await many.world.change(many.endpoint) { $0.enabled = true }
        #expect(try await many.world.store.alignDeliveries(limit: 2, at: Self.later)?.count == 2)
        let store = try await many.world.place.afterCrash().open()
        #expect(try await many.align(store).due.map(\.id) == Array(many.deliveries.suffix(3)))
        #expect(try await many.pending(store) == many.deliveries)
    }

    /// What an attempt's record disables is held likewise, the attempted delivery at once.
    @Test(arguments: [RetryPolicy.Decision.gone, .retry(at: later)])
    func aRecordIsShortToo(_ decision: RetryPolicy.Decision) async throws {
        let many = try await Many()
        let last = try #require(many.deliveries.last)
        let failures = decision == .gone ? 1 : EndpointHealth.minimumFailures
        for number in 1...failures {
            try await many.world.record(
                .make(number, decision == .gone ? .gone : .status), of: last, decision, failingCutoff: Self.later)
        }
        let status = decision == .gone ? "failed" : "held"
        #expect(try await many.world.status(last)?.rawValue == status)
        #expect(try await many.statuses()["pending"] == 4)
        #expect(try await many.pending() == [])
        #expect(try await many.align().due == [])
        #expect(try await many.statuses()["pending"] == nil)
    }

    @Test func whatWasUnderWayIsHeldInTheEnd() async throws {
        let many = try await Many()
        let last = try #require(many.deliveries.last)
        try await many.world.change(many.endpoint) { $0.enabled = false }
        let consequence = try await many.world.record(.make(1, .status), of: last, .retry(at: Self.later), fence: 0)
        #expect(consequence == AttemptConsequence(nextAttemptAt: nil))
        #expect(try await many.align().due == [])
        #expect(try await many.world.status(last) == .held)
    }
}
