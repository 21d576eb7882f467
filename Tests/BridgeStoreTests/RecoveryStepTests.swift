import BridgeCore
import Testing

@testable import BridgeStore

/// A recovery goes on whatever comes between its steps, and between what a step reads and what it writes.
@Suite(.eachStore) struct RecoveryStepTests {
    @Test func aCrashInTheMiddleLosesNothing() async throws {
        let world = try await World(keys: [World.key32])
        var sessions: [SessionID] = []
        for _ in 0..<7 { sessions.append(try await world.ended().id) }
        let endpoint = try await world.endpoint()
        #expect(try await world.recoverable(endpoint) == 7)
        #expect(try await world.recover(endpoint))
        var seen = try #require(try await world.step(limit: 3)).map(\.sessionID)
        let store = try await world.place.afterCrash().open(keys: [World.key32])
        // What came meanwhile went out by itself.
        let late = world.session("late", status: .pending)
        _ = try await store.watch(late, key: nil, answer: World.answer, at: World.start)
        #expect(try await store.end(world.ending(late))?.count == 1)
        let (due, steps) = try await world.rest(store, limit: 3)
        seen += due.map(\.sessionID)
        #expect(steps == 2)
        // It is within the time asked for: due anew, as everything that waits.
        #expect(seen == sessions + [late.id])
        #expect(try await store.pendingDeliveries(after: nil, limit: 100).count == 8)
    }

    @Test func aWiderOneBeginsAnew() async throws {
        let world = try await World()
        let early = try await world.ended(at: World.start - .seconds(60))
        let others = [try await world.ended().id, try await world.ended().id]
        let endpoint = try await world.endpoint()
        #expect(try await world.recover(endpoint))
        #expect(try await world.step(limit: 1)?.map(\.sessionID) == [others[0]])
        #expect(try await world.recover(endpoint, since: early.createdAt - .seconds(90), until: World.start))
        #expect(try await world.rest(limit: 1).due.map(\.sessionID) == [early.id] + others)
    }

    @Test func oneThatIsWidenedBetweenReadAndWriteIsNotForgotten() async throws {
        let world = try await World()
        let session = try await world.ended()
        let early = try await world.ended(at: World.start - .seconds(60))
        let endpoint = try await world.endpoint()
        #expect(try await world.recover(endpoint))
        let store = world.store
        let found = try await store.read { try RecoveryStep.next(limit: 10, store.sealer, store.unreadable, $0) }
        let step = try #require(found)
        #expect(try await world.recover(endpoint, since: World.start - .seconds(60)))
        let due = try await store.write { db in
            try step.perform(at: RecoveryTests.later, makeDeliveryID: { id() }, store.sealer, db)
        }
        #expect(due == [])
        #expect(try await world.rest(store).due.map(\.sessionID) == [session.id, early.id])
    }

    @Test func whatChangedBetweenReadAndWriteIsCheckedAgain() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        let (_, delivered) = try await world.delivery()
        let (_, expired) = try await world.delivery()
        let (_, stays) = try await world.delivery()
        #expect(try await world.recover(endpoint))
        let store = world.store
        let found = try await store.read { try RecoveryStep.next(limit: 10, store.sealer, store.unreadable, $0) }
        let step = try #require(found)
        try await world.record(.make(1), of: delivered.id, .delivered)
        try await store.write { try $0.run("DELETE FROM event WHERE id = ?", [expired.eventID.rawValue]) }
        let due = try await store.write { db in
            try step.perform(at: RecoveryTests.later, makeDeliveryID: { id() }, store.sealer, db)
        }
        #expect(due.map(\.id) == [stays.id])
        #expect(try await world.status(delivered.id) == .delivered)
    }

    @Test(arguments: [true, false]) func aDeletedEndpointRecoversNothing(whileFound: Bool) async throws {
        let world = try await World()
        _ = try await world.ended()
        let endpoint = try await world.endpoint()
        #expect(try await world.recover(endpoint))
        let store = world.store
        let step = try await store.read { try RecoveryStep.next(limit: 10, store.sealer, store.unreadable, $0) }
        #expect(try await store.deleteEndpoint(endpoint, client: world.client, at: RecoveryTests.later) != nil)
        if whileFound {
            let due = try await store.write { db in
                try step?.perform(at: RecoveryTests.later, makeDeliveryID: { id() }, store.sealer, db)
            }
            #expect(due == [])
        }
        #expect(try await world.step() == nil)
        #expect(try await store.read { try $0.value("SELECT count(*) FROM delivery") } == 0)
        #expect(try await world.recover(endpoint) == false)
        #expect(try await world.recoverable(endpoint) == nil)
    }

    @Test func aForeignEndpointIsAbsent() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        #expect(try await world.recover(endpoint, client: world.other) == false)
        #expect(try await world.recoverable(endpoint, client: world.other) == nil)
        #expect(try await world.step() == nil)
    }

    @Test func aShortOneDoesNotWaitForALongOne() async throws {
        let world = try await World()
        for _ in 0..<6 { _ = try await world.ended() }
        let long = try await world.endpoint()
        #expect(try await world.recover(long))
        #expect(try await world.step(limit: 4)?.count == 4)
        let session = try await world.watched(client: world.other)
        _ = try await world.store.end(world.ending(session))
        let short = try await world.endpoint(client: world.other)
        #expect(try await world.recover(short, client: world.other))
        #expect(try await world.step(limit: 4)?.map(\.endpointID) == [short])
        #expect(try await world.step(limit: 4)?.map(\.endpointID) == [long, long])
        #expect(try await world.step(limit: 4) == nil)
    }

    @Test func expiryInTheMiddleBreaksNothing() async throws {
        let world = try await World()
        for _ in 0..<4 { _ = try await world.ended() }
        let endpoint = try await world.endpoint()
        #expect(try await world.recover(endpoint))
        #expect(try await world.step(limit: 1)?.count == 1)
        let retention = Retention(files: .seconds(1), sessions: .seconds(1), undelivered: .seconds(9000))
        #expect(try await world.store.expire(retention, at: RecoveryTests.later, limit: 10).sessions == 3)
        #expect(try await world.step(limit: 1) == [])
        #expect(try await world.step(limit: 1) == nil)
    }
}
