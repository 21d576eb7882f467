import BridgeCore
import Testing

@testable import BridgeStore

@Suite(.eachStore) struct IdempotencyTests {
    @Test(arguments: [true, false]) func aKeyGoesFromReservedToAnswered(isSealed: Bool) async throws {
        let world = try await World(keys: isSealed ? [World.key32] : [])
        let key = world.key("k")
        #expect(try await world.store.keyState(key, at: World.start) == .free)
        #expect(try await world.store.reserve(key, at: World.start) == .free)
        #expect(try await world.store.reserve(key, at: World.start) == .running)
        #expect(try await world.store.keyState(world.key("k", 2), at: World.start) == .mismatch)
        #expect(try await world.store.keyState(world.key("k", client: world.other), at: World.start) == .free)
        try await world.store.settle(key, World.answer)
        #expect(try await world.store.keyState(key, at: World.start) == .answered(World.answer))
        #expect(try await world.store.keyState(world.key("k", 2), at: World.start) == .mismatch)
        // An answer stays.
        try await world.store.settle(key, nil)
        #expect(try await world.store.keyState(key, at: World.start) == .answered(World.answer))
        #expect(try await world.store.keyState(key, at: key.expiresAt) == .free)
        #expect(try await world.store.reserve(world.key("k", 2), at: key.expiresAt) == .free)
    }

    @Test func withoutAnAnswerTheKeyIsFree() async throws {
        let world = try await World()
        let key = world.key("k")
        _ = try await world.store.reserve(key, at: World.start)
        try await world.store.settle(key, nil)
        #expect(try await world.store.keyState(key, at: World.start) == .free)
    }

    @Test func anOperationAndItsAnswerAreOneCommit() async throws {
        let world = try await World()
        let key = world.key("k")
        let session = world.session("some-token")
        let first = try await world.store.watch(
            session, key: key, answer: World.answer, at: World.start)
        guard case .done(.watching) = first else { throw TestFailure("\(first)") }
        let second = try await world.store.watch(
            world.session("another-token"), key: key, answer: World.answer, at: World.start)
        guard case .notFree(.answered(World.answer)) = second else { throw TestFailure("\(second)") }
        let third = try await world.store.watch(
            world.session("another-token"), key: world.key("k", 2), answer: World.answer, at: World.start)
        guard case .notFree(.mismatch) = third else { throw TestFailure("\(third)") }
        #expect(try await world.store.adoptAll().count == 1)
    }

    @Test func whatFoundNothingKeepsNoAnswer() async throws {
        let world = try await World()
        let store = world.store
        let key = world.key("k")
        let nobody = EndpointID(stored: "end_nobody")
        let rotated = try await store.rotateKeys(
            nobody, client: world.client, to: .second, overlapUntil: World.start, at: World.start, key: key,
            answer: World.answer)
        guard case .done(false) = rotated else { throw TestFailure("\(rotated)") }
        let resent = try await store.resend(id(), client: world.client, at: World.start, key: key, answer: World.answer)
        guard case .done(.notFound) = resent else { throw TestFailure("\(resent)") }
        let event = Event.init(
            id: id(), clientID: world.client, sessionID: nil, type: .endpointTest, createdAt: World.start, body: [1])
        let sent = try await store.sendEvent(event, to: nobody, delivery: id(), key: key, answer: World.answer)
        guard case .done(nil) = sent else { throw TestFailure("\(sent)") }
        let session = try await world.watched("watched-token")
        let watched = try await store.watch(
            world.session("watched-token"), key: key, answer: World.answer, at: World.start)
        guard case .done(.exists(session.id)) = watched else { throw TestFailure("\(watched)") }
        #expect(try await store.keyState(key, at: World.start) == .free)
    }

    @Test func aRestartFreesWhatACrashCutButNotStarts() async throws {
        let world = try await World()
        _ = try await world.store.reserve(world.key("cut"), at: World.start)
        let starting = world.session(status: .starting)
        _ = try await world.store.beginStart(starting, key: world.key("start"), at: World.start)
        _ = try await world.store.adoptAll()
        #expect(try await world.store.keyState(world.key("cut"), at: World.start) == .free)
        #expect(try await world.store.keyState(world.key("start"), at: World.start) == .running)
        let ended = try await world.store.end(world.ending(starting, epoch: 2, answer: World.answer))
        #expect(ended != nil)
        #expect(try await world.store.keyState(world.key("start"), at: World.start) == .answered(World.answer))
    }
}
