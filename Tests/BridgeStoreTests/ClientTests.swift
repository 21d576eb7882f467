import BridgeCore
import Testing

@testable import BridgeStore

@Suite(.eachStore) struct ClientTests {
    static let later = World.start + .seconds(60)

    @Test func aKeyIsFoundUntilItsClientIsRemoved() async throws {
        let world = try await World()
        let keyID = String(world.client.rawValue.suffix(12))
        let found = try await world.store.apiKey(keyID)
        #expect(found?.clientID == world.client)
        #expect(found?.digest == [1, 2, 3])
        #expect(try await world.store.apiKey("unknown") == nil)
        #expect(try await world.store.removeClient(world.client, at: Self.later))
        #expect(try await world.store.removeClient(world.client, at: Self.later) == false)
        #expect(try await world.store.apiKey(keyID) == nil)
        let clients = try await world.store.clients()
        #expect(clients.map(\.id) == [world.client, world.other])
        #expect(clients.map(\.removedAt) == [Self.later, nil])
    }

    @Test func aSecondKeyEndsTheFirst() async throws {
        let world = try await World()
        let first = String(world.client.rawValue.suffix(12))
        func key(_ id: String, _ client: ClientID) -> StoredAPIKey {
            StoredAPIKey(id: id, clientID: client, digest: [9], createdAt: World.start)
        }
        #expect(try await world.store.addKey(key("second", world.client), oldKeysUntil: Self.later))
        #expect(try await world.store.apiKey(first)?.expiresAt == Self.later)
        #expect(try await world.store.apiKey("second")?.expiresAt == nil)
        // A key that ends sooner is not given more time.
        #expect(try await world.store.addKey(key("third", world.client), oldKeysUntil: Self.later + .seconds(60)))
        #expect(try await world.store.apiKey(first)?.expiresAt == Self.later)
        #expect(try await world.store.apiKey("second")?.expiresAt == Self.later + .seconds(60))
        #expect(try await world.store.apiKey(String(world.other.rawValue.suffix(12)))?.expiresAt == nil)
        #expect(try await world.store.addKey(key("fourth", id()), oldKeysUntil: Self.later) == false)
    }
}
