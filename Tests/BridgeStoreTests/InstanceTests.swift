import BridgeCore
import Testing

@testable import BridgeStore

/// What belongs to an instance, and comes to the next.
@Suite(.eachStore) struct InstanceTests {
    @Test func sessionsOfAnEarlierProcessAreTakenOverInPartsTheOldestFirst() async throws {
        let world = try await World()
        _ = try await world.store.join(.make(), name: "before")
        var sessions: [Session] = []
        for _ in 0..<5 { sessions.append(try await world.watched()) }
        #expect(try await world.store.adoptSessions(limit: 2) == nil)

        try await world.store.leave()
        _ = try await world.store.join(.make(), name: "after")
        let own = try await world.watched()
        var parts: [[SessionID]] = []
        while let part = try await world.store.adoptSessions(limit: 2) {
            #expect(part.allSatisfy { $0.session.epoch == 2 })
            parts.append(part.map(\.session.id))
        }
        #expect(parts.map(\.count) == [2, 2, 1])
        #expect(parts.flatMap(\.self) == sessions.map(\.id).sorted())
        #expect(try await world.store.openSessions([own.id]).map(\.session.epoch) == [1])
    }

    @Test func whatAStaleOwnerWritesChangesNothing() async throws {
        let world = try await World()
        let session = try await world.watched()
        _ = try await world.store.adoptAll()
        #expect(try await world.store.end(world.ending(session, epoch: 1)) == nil)
        #expect(try await world.store.openSessions([session.id]).count == 1)
        #expect(try await world.store.end(world.ending(session, epoch: 2)) != nil)
        #expect(try await world.store.openSessions([session.id]).isEmpty)
    }

    @Test func whatIsGivenUpIsAnybodysWhereThereAreOthers() async throws {
        let world = try await World()
        _ = try await world.endpoint()
        let (kept, idle) = (try await world.watched().id, try await world.watched().id)
        let (sent, waiting) = (try await world.delivery().due.id, try await world.delivery().due.id)
        try await world.store.giveUp(allBut: [kept], [sent])
        let isAlone = !world.store.isShared
        let open = try await world.store.openSessions([kept, idle])
        #expect(Set(open.map(\.session.id)) == (isAlone ? [kept, idle] : [kept]))
        let pending = try await world.store.pendingDeliveries(after: nil, limit: 9)
        #expect(Set(pending.map(\.id)) == (isAlone ? [sent, waiting] : [sent]))
    }

    @Test func aKeyThatNobodySettlesAnyMoreIsFreed() async throws {
        let world = try await World()
        let key = world.key("k")
        #expect(try await world.store.reserve(key, at: World.start) == .free)
        #expect(try await world.store.reserve(key, at: World.start) == .running)
        #expect(try await world.store.adoptAll().isEmpty)
        #expect(try await world.store.keyState(key, at: World.start) == .free)
    }
}

/// One process that has the store for itself.
@Suite struct LoneInstanceTests {
    @Test func itHasTheWholeRateForEver() async throws {
        let store = try await World().store
        let request = LeaseRequest.make()
        let grant = InstanceGrant(lease: nil, share: 50, target: 50, instances: 1)
        #expect(try await store.join(request, name: "here") == grant)
        #expect(try await store.renew(request) == grant)
        try await store.leave()
        #expect(try await store.news(NewsReader().query(waitedFor: [], at: World.start)) == News())
        #expect(try await store.adoptDeliveries(limit: 10) == nil)
    }
}

/// What only PostgreSQL is told of owners.
@Suite struct OwnershipTests {
    private let shared = Ownership(dialect: .postgreSQL, id: "ins_1")
    private let alone = Ownership(dialect: .sqlite, id: "ins_1")

    @Test func oneProcessNamesNoOwners() {
        #expect(alone.column + alone.value + alone.assignment == "")
        #expect(alone.has("d.owner") == "TRUE")
        #expect(alone.isGone("owner", isLongThere: false) == "owner <> 'ins_1'")
    }

    @Test func manyProcessesNameThem() {
        #expect(shared.column == ", owner" && shared.value == ", 'ins_1'")
        #expect(shared.assignment == ", owner = 'ins_1'")
        #expect(shared.has("d.owner") == "d.owner = 'ins_1'")
    }

    @Test func whoHasJustJoinedTakesOnlyWhatWasLeft() {
        #expect(!shared.isGone("owner", isLongThere: false).contains("lease_until"))
        #expect(shared.isGone("owner", isLongThere: true).contains("lease_until > statement_timestamp()"))
    }
}
