import BridgeCore
import Testing

@testable import BridgeStore

@Suite(.eachStore) struct ExpiryTests {
    static let retention = Retention(files: .seconds(700), sessions: .seconds(3000), undelivered: .seconds(9000))

    private func expire(_ world: World, after seconds: Int, limit: Int = 100) async throws -> Expired {
        try await world.store.expire(Self.retention, at: World.start + .seconds(seconds), limit: limit)
    }

    private func isThere(_ world: World, _ session: Session) async throws -> Bool {
        try await world.store.session(session.id, client: world.client) != nil
    }

    private func rows(_ world: World, _ table: String) async throws -> Int? {
        try await world.store.read { try $0.value("SELECT count(*) FROM \(table)") }
    }

    @Test func whatIsOpenStays() async throws {
        let world = try await World()
        let session = try await world.watched()
        #expect(try await expire(world, after: 1_000_000) == Expired())
        #expect(try await isThere(world, session))
    }

    @Test func aFileGoesBeforeItsSession() async throws {
        let world = try await World()
        _ = try await world.endpoint()
        let session = try await world.watched()
        try await world.store.writeFileChunk(ArraySlice("the-file-itself".utf8), index: 0, of: session.id, epoch: 1)
        let due = try #require(try await world.store.end(world.ending(session, chunks: 1)))[0]
        // A delivery that is open keeps the file.
        #expect(try await expire(world, after: 800).files == 0)
        let delivered = Attempt.make(1, at: World.start + .seconds(800))
        try await world.record(delivered, of: due.id, .delivered)
        #expect(try await expire(world, after: 1400).files == 0)
        #expect(try await world.store.fileChunk(0, of: session.id, client: world.client) != nil)
        #expect(try await expire(world, after: 1501).files == 1)
        #expect(try await world.store.file(of: session.id, client: world.client) == nil)
        if let folder = world.file { #expect(try folder.contains("the-file-itself") == false) }
        #expect(try await rows(world, "file_chunk") == 0)
        #expect(try await rows(world, "unwanted_file") == 0)

        #expect(try await expire(world, after: 3700).sessions == 0)
        #expect(try await expire(world, after: 3801).sessions == 1)
        #expect(try await isThere(world, session) == false)
        for table in ["session", "session_personal", "event", "delivery", "attempt"] {
            #expect(try await rows(world, table) == 0, "\(table)")
        }
    }

    static let fates: [(RetryPolicy.Decision?, goneAt: Int, undelivered: Int)] = [
        (.delivered, 3001, 0), (.failed, 9001, 1), (.retry(at: World.start + .seconds(5)), 9001, 1), (nil, 9001, 1),
    ]

    @Test(arguments: fates.indices) func undeliveredIsKeptLongerAndCounted(_ index: Int) async throws {
        let (decision, goneAt, undelivered) = Self.fates[index]
        let world = try await World()
        _ = try await world.endpoint()
        let (session, due) = try await world.delivery()
        if let decision {
            try await world.record(.make(1, decision == .delivered ? nil : .status), of: due.id, decision)
        }
        #expect(try await expire(world, after: goneAt - 2) == Expired())
        let expired = try await expire(world, after: goneAt)
        #expect(expired.undelivered == undelivered)
        #expect(expired.sessions == 1)
        #expect(try await isThere(world, session) == false)
        #expect(try await rows(world, "delivery") == 0)
    }

    @Test func testsAnswersAndRemovedEndpointsGoToo() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        let event = Event(
            id: id(), clientID: world.client, sessionID: nil, type: .endpointTest, createdAt: World.start, body: [1])
        let delivery: DeliveryID = id()
        _ = try await world.store.sendEvent(
            event, to: endpoint, delivery: delivery, key: world.key("k"), answer: World.answer)
        try await world.record(.make(1), of: delivery, .delivered)
        _ = try await world.store.deleteEndpoint(endpoint, client: world.client, at: World.start)
        #expect(try await expire(world, after: 2999) == Expired())
        #expect(try await rows(world, "endpoint") == 1)
        _ = try await expire(world, after: 3001)
        #expect(try await rows(world, "event") == 0)
        #expect(try await rows(world, "endpoint") == 0)
        #expect(try await rows(world, "idempotency") == 1)
        #expect(try await expire(world, after: 86_400).answers == 1)
    }

    @Test func aSweepRemovesAtMostItsLimit() async throws {
        let world = try await World()
        for _ in 0..<5 { _ = try await world.store.end(world.ending(try await world.watched())) }
        for expected in [2, 2, 1, 0] {
            #expect(try await expire(world, after: 5000, limit: 2).sessions == expected)
        }
    }
}
