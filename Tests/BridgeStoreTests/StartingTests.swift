import BridgeCore
import Marksign
import Testing

@testable import BridgeStore

@Suite(.eachStore) struct StartingTests {
    private func begun(_ world: World, _ key: IdempotencyKey? = nil) async throws -> Session {
        let session = world.session(status: .starting)
        guard case .done = try await world.store.beginStart(session, key: key, at: World.start)
        else { throw TestFailure("not begun") }
        return session
    }

    private func completed(_ session: Session, _ token: String) -> Session {
        var session = session
        session.status = .pending
        session.token = SessionToken(token)
        session.controlCode = "4711"
        return session
    }

    @Test func aStartIsShownOnlyWhenItIsComplete() async throws {
        let world = try await World()
        let key = world.key("k")
        let session = try await begun(world, key)
        let all = PageRequest(limit: 10, after: nil)
        #expect(try await world.store.session(session.id, client: world.client) == nil)
        #expect(try await world.store.sessions(SessionFilter(), client: world.client, page: all).elements == [])
        let hidden = SessionFilter(status: .starting)
        #expect(try await world.store.sessions(hidden, client: world.client, page: all).elements == [])
        #expect(try await world.store.requestCancel(session.id, client: world.client, at: World.start) == nil)
        #expect(try await world.store.erase(session.id, client: world.client, at: World.start) == nil)
        #expect(try await world.store.keyState(key, at: World.start) == .running)

        let pending = completed(session, "token-of-start")
        #expect(try await world.store.completeStart(pending, answer: World.answer))
        // Once more, as after a commit in doubt.
        #expect(try await world.store.completeStart(pending, answer: World.answer))
        #expect(try await world.store.session(session.id, client: world.client) == pending)
        #expect(try await world.store.keyState(key, at: World.start) == .answered(World.answer))
        let again = try await world.store.watch(
            world.session("token-of-start"), key: nil, answer: World.answer, at: World.start)
        guard case .done(.exists(session.id)) = again else { throw TestFailure("\(again)") }
    }

    @Test func beginningOnceMoreIsTheSame() async throws {
        let world = try await World()
        let session = try await begun(world, world.key("k"))
        let again = try await world.store.beginStart(session, key: world.key("k"), at: World.start)
        guard case .done = again else { throw TestFailure("\(again)") }
        let other = try await world.store.beginStart(
            world.session(status: .starting), key: world.key("k"), at: World.start)
        guard case .notFree(.running) = other else { throw TestFailure("\(other)") }
        #expect(try await world.store.adoptAll().count == 1)
    }

    @Test func anotherEpochOrAWatchedTokenCompletesNothing() async throws {
        let world = try await World()
        _ = try await world.watched("watched-token", client: world.other)
        let session = try await begun(world)
        #expect(try await world.store.completeStart(completed(session, "watched-token"), answer: World.answer) == false)
        let open = try await world.store.adoptAll().first { $0.session.id == session.id }
        #expect(open?.session.status == .starting)
        #expect(open?.session.epoch == 2)
        #expect(try await world.store.completeStart(completed(session, "free-token"), answer: World.answer) == false)
    }

    @Test(arguments: [World.answer, nil]) func abandoningLeavesNothing(_ answer: KeptAnswer?) async throws {
        let world = try await World()
        let key = world.key("k")
        let session = try await begun(world, key)
        #expect(try await world.store.abandonStart(session.id, epoch: 2, answer: answer) == false)
        #expect(try await world.store.keyState(key, at: World.start) == .running)
        #expect(try await world.store.abandonStart(session.id, epoch: 1, answer: answer))
        #expect(try await world.store.adoptAll() == [])
        #expect(try await world.store.keyState(key, at: World.start) == answer.map { .answered($0) } ?? .free)
        // Once more changes nothing.
        #expect(try await world.store.abandonStart(session.id, epoch: 1, answer: nil))
        #expect(try await world.store.keyState(key, at: World.start) == answer.map { .answered($0) } ?? .free)
    }

    @Test(arguments: [true, false]) func aTokenIsWatchedOnce(isFinal: Bool) async throws {
        let world = try await World()
        let session = try await world.watched("the-token-1")
        if isFinal { _ = try await world.store.end(world.ending(session)) }
        for (client, wanted) in [(world.client, WatchResult.exists(session.id)), (world.other, .inUse)] {
            let result = try await world.store.watch(
                world.session("the-token-1", client: client), key: nil, answer: World.answer,
                at: World.start)
            guard case .done(wanted) = result else { throw TestFailure("\(result)") }
        }
    }

    @Test func adoptingTakesOverWhatIsOpen() async throws {
        let world = try await World()
        let first = try await world.watched()
        let ended = try await world.watched()
        _ = try await world.store.end(world.ending(ended))
        let third = try await world.watched()
        _ = try await world.store.requestCancel(third.id, client: world.client, at: World.start)
        let open = try await world.store.adoptAll()
        #expect(open.map(\.session.id) == [first.id, third.id])
        #expect(open.map(\.session.epoch) == [2, 2])
        #expect(open.map(\.cancelRequested) == [false, true])
        #expect(open[0].session.token == first.token)
    }
}
