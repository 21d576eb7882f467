import BridgeCore
import Dispatch
import Marksign
import PostgreSQLClient
import Synchronization
import Testing

@testable import BridgeStore

/// Instances beside each other: what is whose, and when it is another's.
@Suite struct LeaseTests {
    /// Two stores that are one database, and an instance in each.
    private struct Pair {
        let url: PostgreSQLURL
        let world: World
        let other: SQLStore
        let first: InstanceID
        let second: InstanceID

        /// Makes it so that a lease was over long ago.
        func expire(_ id: InstanceID) async throws {
            try await StorePlace.run(
                "UPDATE instance SET lease_until = now() - interval '1 second' WHERE id = '\(id.rawValue)'", at: url)
        }

        /// Makes an instance one that has been there for so many minutes.
        func age(_ id: InstanceID, minutes: Int = 1) async throws {
            try await StorePlace.run(
                "UPDATE instance SET joined_at = now() - interval '\(minutes) minutes' WHERE id = '\(id.rawValue)'",
                at: url)
        }
    }

    private func withPair(_ body: @Sendable (Pair) async throws -> Void) async throws {
        try await PostgreSQLTurns.shared.take {
            let url = try await StorePlace.newSchema().direct
            let pair = Pair(
                url: url, world: try await World(at: .schema(url)), other: try await SQLStore.open(url), first: id(),
                second: id())
            _ = try await pair.world.store.join(.make(pair.first), name: "first")
            _ = try await pair.other.join(.make(pair.second), name: "second")
            try await body(pair)
            await pair.other.close()
            await pair.world.store.close()
        }
    }

    @Test func aShareIsGivenWhenItWasGivenUp() async throws {
        try await withPair { pair in
            let (one, other) = (pair.world.store, pair.other)
            #expect(try await one.renew(.make(pair.first, number: 2, holding: 50))?.share == 25)
            // It may use all of it until it has that answer.
            #expect(try await other.renew(.make(pair.second, number: 2))?.share == 0)
            #expect(try await one.renew(.make(pair.first, number: 3, holding: 25))?.share == 25)
            let grant = try await other.renew(.make(pair.second, number: 3))
            #expect(
                grant
                    == InstanceGrant(lease: InstanceGrant.leaseDuration, share: 25, target: 25, instances: 2))
            try await one.leave()
            #expect(try await other.renew(.make(pair.second, number: 4, holding: 25))?.share == 50)
        }
    }

    @Test func nothingIsBegunForNobody() async throws {
        try await withPair { pair in
            let store = pair.world.store
            store.resign()
            let session = pair.world.session(status: .starting)
            await #expect(throws: StoreError.self) {
                try await store.beginStart(session, key: nil, at: World.start)
            }
            _ = try await store.join(.make(), name: "again")
            guard case .done = try await store.beginStart(session, key: nil, at: World.start) else {
                Issue.record("it is not begun"); return
            }
        }
    }

    @Test func aLeaseThatIsOverIsNeverRenewed() async throws {
        try await withPair { pair in
            let store = pair.world.store
            #expect(try await store.renew(.make(pair.first, number: 3)) != nil)
            // Overtaken by the one before.
            #expect(try await store.renew(.make(pair.first, number: 2)) == nil)
            try await pair.expire(pair.first)
            #expect(try await store.renew(.make(pair.first, number: 4)) == nil)
            #expect(try await store.join(.make(pair.first, number: 5), name: "again") == nil)
            #expect(try await pair.other.renew(.make(pair.second, number: 2))?.instances == 1)
        }
    }

    @Test func nobodyTakesWhatAnotherHas() async throws {
        try await withPair { pair in
            _ = try await pair.world.endpoint()
            let (_, due) = try await pair.world.delivery()
            _ = try await pair.world.watched()
            try await pair.age(pair.second)
            #expect(try await pair.other.adoptSessions(limit: 9) == nil)
            #expect(try await pair.other.adoptDeliveries(limit: 9) == nil)
            #expect(try await pair.other.pendingDeliveries(after: nil, limit: 9).isEmpty)
            #expect(try await pair.other.work(for: due.id) == nil)
        }
    }

    /// How an instance goes, and when what it had is another's.
    enum End: CaseIterable {
        case left, lost
    }

    @Test(arguments: End.allCases) func whatAnInstanceHadIsTheNexts(_ end: End) async throws {
        try await withPair { pair in
            let (world, other) = (pair.world, pair.other)
            _ = try await world.endpoint()
            let (_, due) = try await world.delivery()
            let session = try await world.watched()
            switch end {
            case .left: try await world.store.leave()
            case .lost:
                try await pair.expire(pair.first)
                // However long this test takes: it stays new.
                try await pair.age(pair.second, minutes: -1)
                // The other has just joined: the first may still write how its sessions ended.
                #expect(try await other.adoptSessions(limit: 9) == nil)
                #expect(try await other.adoptDeliveries(limit: 9) == nil)
                try await pair.age(pair.second)
            }
            #expect(try await other.fairShare() == (1, 1))
            #expect(try await other.adoptSessions(limit: 9)?.map(\.session.id) == [session.id])
            #expect(try await other.adoptDeliveries(limit: 9)?.map(\.id) == [due.id])
            #expect(try await other.fairShare() == (0, 0))

            // The former owner changes nothing any more.
            #expect(try await world.store.end(world.ending(session)) == nil)
            #expect(try await world.store.openSessions([session.id]).isEmpty)
            #expect(try await world.store.work(for: due.id) == nil)
            try await world.record(.make(1), of: due.id, .failed, fence: 0)
            #expect(try await world.status(due.id) == .pending)
            #expect(try await other.work(for: due.id)?.countedAttempts == 0)
            #expect(try await other.end(world.ending(session, epoch: 2)) != nil)
        }
    }

    @Test func whatAnInstanceGivesUpIsTheNextsAtOnceAndTheRestStaysItsOwn() async throws {
        try await withPair { pair in
            let (world, other) = (pair.world, pair.other)
            _ = try await world.endpoint()
            let (sent, waiting) = (try await world.delivery().due, try await world.delivery().due)
            let (kept, idle) = (try await world.watched(), try await world.watched())
            var starting = world.session(status: .starting)
            _ = try await world.store.beginStart(starting, key: nil, at: World.start)
            try await world.store.giveUp(allBut: [kept.id], [sent.id])

            #expect(try await other.adoptSessions(limit: 9)?.map(\.session.id) == [idle.id])
            #expect(try await other.adoptDeliveries(limit: 9)?.map(\.id) == [waiting.id])
            #expect(try await world.store.end(world.ending(idle)) == nil)
            #expect(try await world.store.work(for: waiting.id) == nil)

            starting.status = .pending
            starting.token = SessionToken("the-token")
            #expect(try await world.store.completeStart(starting, answer: World.answer))
            #expect(try await world.store.end(world.ending(kept)) != nil)
            #expect(try await world.store.work(for: sent.id) != nil)
        }
    }

    @Test func whatIsGivenUpIsDividedAmongThoseThatStay() async throws {
        try await withPair { pair in
            let (world, other) = (pair.world, pair.other)
            _ = try await world.store.renew(.make(pair.first, number: 2, holding: 50))
            _ = try await world.store.renew(.make(pair.first, number: 3, holding: 25))
            #expect(try await other.renew(.make(pair.second, number: 2))?.share == 25)
            for _ in 0..<4 { _ = try await world.watched() }
            #expect(try await other.fairShare().sessions == 2)
            try await world.store.giveUp(allBut: [], [])
            #expect(try await other.fairShare().sessions == 4)
        }
    }

    @Test func whatIsGivenUpCanBeEndedUntilAnotherTakesIt() async throws {
        try await withPair { pair in
            let session = try await pair.world.watched()
            try await pair.world.store.giveUp(allBut: [], [])
            #expect(try await pair.world.store.end(pair.world.ending(session)) != nil)
            #expect(try await pair.other.adoptSessions(limit: 9) == nil)
        }
    }

    @Test func aStaleOwnerGivesNothingUp() async throws {
        try await withPair { pair in
            let (world, other) = (pair.world, pair.other)
            _ = try await world.endpoint()
            let (_, due) = try await world.delivery()
            let session = try await world.watched()
            try await pair.expire(pair.first)
            try await pair.age(pair.second)
            _ = try await other.adoptSessions(limit: 9)
            _ = try await other.adoptDeliveries(limit: 9)
            try await world.store.giveUp(allBut: [], [])
            world.store.resign()
            try await world.store.giveUp(allBut: [], [])
            #expect(try await other.openSessions([session.id]).count == 1)
            #expect(try await other.work(for: due.id) != nil)
        }
    }

    @Test func twoThatTakeOverShareIt() async throws {
        try await withPair { pair in
            let (world, other) = (pair.world, pair.other)
            var sessions: [SessionID] = []
            for _ in 0..<20 { sessions.append(try await world.watched().id) }
            try await world.store.leave()
            _ = try await world.store.join(.make(), name: "third")
            let all: @Sendable (SQLStore) async throws -> [SessionID] = { store in
                var all: [SessionID] = []
                while let open = try await store.adoptSessions(limit: 3) { all += open.map(\.session.id) }
                return all
            }
            async let one = all(world.store)
            async let two = all(other)
            let taken = try await one + two
            #expect(taken.sorted() == sessions.sorted())
        }
    }

    /// Asked again at once, it would be asked without an end.
    @Test func whatOthersHaveUnderTheirHandsIsNotThere() async throws {
        try await withPair { pair in
            let (world, other) = (pair.world, pair.other)
            let session = try await world.watched()
            try await world.store.leave()
            let (busy, end) = (Counter(), DispatchSemaphore(value: 0))
            let holder = Task {
                try await world.store.write { db in
                    _ = try db.row("SELECT 1 FROM session FOR UPDATE")
                    busy.count.add(1, ordering: .relaxed)
                    // A connection's thread may block.
                    _ = end.wait(timeout: .now() + 30)
                }
            }
            try await eventually { busy.count.load(ordering: .relaxed) == 1 }
            let taken = Task { try await other.adoptSessions(limit: 9) }
            let found = await taken.result
            end.signal()
            try await holder.value
            #expect(try found.get() == nil)
            #expect(try await other.adoptSessions(limit: 9)?.map(\.session.id) == [session.id])
        }
    }

    @Test func theNewsTellWhatOthersDid() async throws {
        try await withPair { pair in
            let (world, other) = (pair.world, pair.other)
            _ = try await world.endpoint()
            let (_, due) = try await world.delivery()
            let (session, cancelled, ended) = (
                try await world.watched(), try await world.watched(), try await world.watched()
            )
            _ = try await other.requestCancel(cancelled.id, client: world.client, at: World.start)
            _ = try await other.end(world.ending(ended))
            let query = NewsQuery(
                waitedFor: [session.id, ended.id], sessionsAfter: nil, deliveriesAfter: nil,
                dueBefore: World.start + .seconds(9), limit: 9)
            let news = try await world.store.news(query)
            #expect(news.cancelRequested == [cancelled.id])
            #expect(news.ended == [ended.id])
            #expect(Set(news.open) == [session.id, cancelled.id])
            #expect(news.overdue.map(\.id) == [due.id])
            #expect(!news.hasOrphans && !news.hasParts)
            let elsewhere = try await other.news(query)
            #expect(elsewhere.cancelRequested.isEmpty && elsewhere.open.isEmpty)
            try await world.store.leave()
            #expect(try await other.news(query).hasOrphans)
        }
    }

    @Test func aRenewalWaitsForNobody() async throws {
        try await withPair { pair in
            let store = pair.world.store
            let (busy, end) = (Counter(), DispatchSemaphore(value: 0))
            let others = (0..<PostgreSQLEngine.connections).map { _ in
                Task {
                    try await store.write { _ in
                        busy.count.add(1, ordering: .relaxed)
                        // A connection's thread may block.
                        _ = end.wait(timeout: .now() + 30)
                    }
                }
            }
            try await eventually { busy.count.load(ordering: .relaxed) == PostgreSQLEngine.connections }
            let grant = try? await store.renew(.make(pair.first, number: 2))
            for _ in 0..<PostgreSQLEngine.connections { end.signal() }
            for other in others { _ = await other.result }
            #expect(grant != nil)
        }
    }

    @Test func aKeyIsItsInstancesUntilThatIsGone() async throws {
        try await withPair { pair in
            let key = pair.world.key("k")
            #expect(try await pair.world.store.reserve(key, at: World.start) == .free)
            try await pair.age(pair.second)
            #expect(try await pair.other.adoptSessions(limit: 9) == nil)
            #expect(try await pair.other.keyState(key, at: World.start) == .running)
            try await pair.expire(pair.first)
            #expect(try await pair.other.adoptSessions(limit: 9) == [])
            #expect(try await pair.other.keyState(key, at: World.start) == .free)
        }
    }
}

private final class Counter: Sendable {
    let count = Atomic(0)
}
