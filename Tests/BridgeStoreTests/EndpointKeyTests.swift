import BridgeCore
import Testing

@testable import BridgeStore

@Suite struct EndpointKeyTests {
    static let later = World.start + .seconds(60)

    private func rotate(
        _ world: World, _ endpoint: EndpointID, to keys: SigningKeys, until: Timestamp, client: ClientID? = nil
    ) async throws -> Bool {
        let done = try await world.store.rotateKeys(
            endpoint, client: client ?? world.client, to: keys, overlapUntil: until, at: World.start, key: nil,
            answer: World.answer)
        guard case .done(let isDone) = done else { throw TestFailure("\(done)") }
        return isDone
    }

    @Test(.eachStore) func rotatedKeysOverlap() async throws {
        let world = try await World(keys: [World.key32])
        let endpoint = try await world.endpoint(options: EndpointOptionTests.options)
        let (_, due) = try await world.delivery()
        func keys() async throws -> EndpointKeys? { try await world.store.work(for: due.id)?.keys }
        #expect(try await keys() == EndpointKeys(current: .first))
        #expect(try await rotate(world, endpoint, to: .second, until: Self.later, client: world.other) == false)
        let once = EndpointKeys(current: .second, previous: [.init(keys: .first, until: Self.later)])
        // Twice, as after a commit in doubt.
        for _ in 0..<2 {
            #expect(try await rotate(world, endpoint, to: .second, until: Self.later))
            #expect(try await keys() == once)
        }
        // Within the overlap of the one before: all three sign.
        #expect(try await rotate(world, endpoint, to: .third, until: Self.later + .seconds(5)))
        #expect(try await keys()?.signing(at: World.start) == [.third, .second, .first])
        #expect(try await keys()?.signing(at: Self.later) == [.third, .second])
        #expect(try await keys()?.signing(at: Self.later + .seconds(5)) == [.third])
        #expect(try await world.store.keys(of: endpoint) == keys())
        #expect(try await world.store.endpoint(endpoint, client: world.client)?.options == EndpointOptionTests.options)
    }

    @Test(.eachStore) func withoutOverlapTheOldKeysAreGone() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint(options: EndpointOptionTests.options)
        #expect(try await rotate(world, endpoint, to: .second, until: World.start))
        #expect(try await world.store.keys(of: endpoint) == EndpointKeys(current: .second))
    }

    @Test func whatIsReplacedIsInNoFile() async throws {
        let world = try await World()
        let options = EndpointOptionTests.options
        let endpoint = try await world.endpoint(options: options)
        let header = try #require(options.headers.first).value
        func sweep() async throws {
            _ = try await world.store.expire(
                Retention(files: .seconds(1), sessions: .seconds(1), undelivered: .seconds(1)), at: World.start,
                limit: 10)
        }
        try await sweep()
        let folder = try world.folder
        #expect(try folder.contains("whsec_first") && folder.contains(header))
        #expect(try await rotate(world, endpoint, to: .second, until: World.start))
        try await sweep()
        #expect(try !folder.contains("whsec_first") && !folder.contains("whsk_first"))
        try await world.change(endpoint) { $0.headers = [] }
        try await sweep()
        #expect(try !folder.contains(header) && folder.contains("whsec_second"))
    }

    @Test(.eachStore) func onlyKeysThatArePublicAreServed() async throws {
        let world = try await World()
        let secretOnly = try await world.endpoint()
        #expect(try await world.store.keys(of: secretOnly) == nil)
        try await world.change(secretOnly) { $0.signature = .v1a }
        #expect(try await world.store.keys(of: secretOnly) == EndpointKeys(current: .first))
        #expect(try await world.store.deleteEndpoint(secretOnly, client: world.client, at: Self.later) != nil)
        #expect(try await world.store.keys(of: secretOnly) == nil)
        #expect(try await world.store.keys(of: id()) == nil)
        #expect(try await world.store.read { try $0.value("SELECT count(credentials) FROM endpoint") } == 0)
    }
}
