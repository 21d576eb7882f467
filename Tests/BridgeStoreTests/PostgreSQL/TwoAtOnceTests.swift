import BridgeCore
import Testing

@testable import BridgeStore

/// Two instances at the same rows at once: whoever is first, what is stored is right.
@Suite struct TwoAtOnceTests {
    static let rounds = 12

    /// Does both at once, each in a store of its own, as often as it takes to meet in every order.
    private func together<One: Sendable, Two: Sendable>(
        _ world: World, _ other: SQLStore, _ one: @escaping @Sendable (SQLStore) async throws -> One,
        _ two: @escaping @Sendable (SQLStore) async throws -> Two
    ) async throws -> (One, Two) {
        async let first = one(world.store)
        async let second = two(other)
        return (try await first, try await second)
    }

    private func withTwo(_ body: @Sendable (World, SQLStore) async throws -> Void) async throws {
        try await PostgreSQLTurns.shared.take {
            let url = try await StorePlace.newSchema().direct
            let world = try await World(at: .schema(url))
            let other = try await SQLStore.open(url).asInstance()
            for _ in 0..<Self.rounds { try await body(world, other) }
            await other.close()
            await world.store.close()
        }
    }

    @Test func oneEnds() async throws {
        try await withTwo { world, other in
            let session = try await world.watched()
            let endings = (world.ending(session), world.ending(session))
            let (one, two) = try await together(
                world, other, { try await $0.end(endings.0) }, { try await $0.end(endings.1) })
            #expect((one == nil) != (two == nil))
        }
    }

    @Test func oneHasTheKey() async throws {
        try await withTwo { world, other in
            let key = world.key("\(id() as EventID)")
            let states = try await together(
                world, other, { try await $0.reserve(key, at: World.start) },
                { try await $0.reserve(key, at: World.start) })
            #expect(Set(["\(states.0)", "\(states.1)"]) == ["free", "running"])
        }
    }

    @Test func oneStartsUnderAKey() async throws {
        try await withTwo { world, other in
            let key = world.key("\(id() as EventID)")
            let starts = try await together(
                world, other,
                { try await $0.beginStart(world.session(status: .starting), key: key, at: World.start) },
                { try await $0.beginStart(world.session(status: .starting), key: key, at: World.start) })
            #expect([starts.0, starts.1].filter { if case .done = $0 { true } else { false } }.count == 1)
        }
    }

    @Test func oneWatchesAToken() async throws {
        try await withTwo { world, other in
            let token = "\(id() as EventID)"
            let watched = try await together(
                world, other,
                {
                    try await $0.watch(
                        world.session(token), key: nil, answer: World.answer, at: World.start)
                },
                {
                    try await $0.watch(
                        world.session(token), key: nil, answer: World.answer, at: World.start)
                })
            let isWatching = [watched.0, watched.1].map { if case .done(.watching) = $0 { true } else { false } }
            #expect(Set(isWatching) == [true, false])
        }
    }

    @Test func theLimitOfEndpointsHolds() async throws {
        try await withTwo { world, other in
            let client: ClientID = id()
            try await other.addClient(
                Client(id: client, name: "app", createdAt: World.start),
                key: StoredAPIKey(id: "\(client)", clientID: client, digest: [1], createdAt: World.start))
            let create: @Sendable (SQLStore) async throws -> Bool = { store in
                let endpoint = Endpoint(
                    id: id(), clientID: client, url: "https://receiver.example/", events: .allSessions, description: "",
                    createdAt: World.start)
                let done = try await store.createEndpoint(
                    endpoint, atMost: 1, keys: .first, key: nil, answer: World.answer)
                if case .done(true) = done { return true }
                return false
            }
            let made = try await together(world, other, create, create)
            #expect(made.0 != made.1)
        }
    }

    @Test func ofTwoNewKeysOneStays() async throws {
        try await withTwo { world, other in
            let client = world.client
            let names = ("\(id() as EventID)", "\(id() as EventID)")
            let add: @Sendable (SQLStore, String) async throws -> Bool = { store, name in
                try await store.addKey(
                    StoredAPIKey(id: name, clientID: client, digest: [1], createdAt: World.start),
                    oldKeysUntil: World.start)
            }
            _ = try await together(world, other, { try await add($0, names.0) }, { try await add($0, names.1) })
            let ends = [try await other.apiKey(names.0)?.expiresAt, try await other.apiKey(names.1)?.expiresAt]
            #expect(ends.filter { $0 == nil }.count == 1)
        }
    }

    /// What ends while its endpoint is disabled is held, whichever comes first.
    @Test func nothingIsPendingForWhatIsDisabled() async throws {
        try await withTwo { world, other in
            let endpoint = try await world.endpoint()
            let session = try await world.watched()
            var change = EndpointChange()
            change.enabled = false
            _ = try await together(
                world, other, { try await $0.end(world.ending(session)) },
                { [change] in try await $0.changeEndpoint(endpoint, client: world.client, change, at: World.start)?.due
                })
            while try await other.alignDeliveries(limit: 10, at: World.start) != nil {}
            let held = try await other.deliveries(
                DeliveryFilter(endpointID: endpoint), client: world.client, page: PageRequest(limit: 9, after: nil))
            #expect(held.elements.map(\.status) == [.held])
            _ = try await other.deleteEndpoint(endpoint, client: world.client, at: World.start)
        }
    }

    /// Attempts that fail at once are all counted, and disable their endpoint once.
    @Test func attemptsOfAnEndpointAreAllCounted() async throws {
        try await withTwo { world, other in
            let endpoint = try await world.endpoint()
            let due = [try await world.delivery().due.id, try await world.delivery().due.id]
            let record: @Sendable (SQLStore, DeliveryID) async throws -> Bool = { store, delivery in
                try await store.record(
                    AttemptRecord(
                        attempt: .make(1, .gone), deliveryID: delivery, fence: 0, endpointEpoch: 1, decision: .gone,
                        failingCutoff: .longAgo)
                ).disabled != nil
            }
            let disabled = try await together(
                world, other, { try await record($0, due[0]) }, { try await record($0, due[1]) })
            #expect(disabled.0 != disabled.1)
            #expect(try await other.endpoint(endpoint, client: world.client)?.epoch == 2)
            _ = try await other.deleteEndpoint(endpoint, client: world.client, at: World.start)
        }
    }

    @Test func noChunkStaysBehindAnEnd() async throws {
        try await withTwo { world, other in
            let session = try await world.watched()
            _ = try await together(
                world, other, { try await $0.writeFileChunk([1], index: 0, of: session.id, epoch: 1) },
                { try await $0.end(world.ending(session)) })
            let left = try await other.read { db in
                try db.value(
                    """
                    SELECT count(*) FROM file_chunk c WHERE session_id = ? AND NOT EXISTS (
                        SELECT 1 FROM unwanted_file u WHERE u.session_id = c.session_id AND u.epoch = c.epoch)
                    """, [session.id.rawValue], as: Int.self)
            }
            #expect(left == 0)
        }
    }
}
