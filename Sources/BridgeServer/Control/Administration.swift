import BridgeCore
import BridgeRuntime

/// What an operator does with clients, their keys and the store.
///
/// The one place of these rules: the control socket offers them while the service runs, and the commands use them
/// themselves when it does not.
public struct Administration: Administrating {
    private let store: any Store
    private let environment: Environment

    /// How long old keys may go on beside a new one.
    private static let longestOverlap: Duration = .seconds(30 * 86_400)

    /// Administers a store.
    public init(store: any Store, environment: Environment) {
        self.store = store
        self.environment = environment
    }

    /// Adds a client with a first key.
    public func add(name: String) async throws(AdministrationError) -> NewClient {
        guard let name = ClientName(name) else { throw .invalid("a client's name is \(ClientName.expected)") }
        let now = environment.now().wall
        let key = newKey()
        let client = Client(id: environment.identifier(), name: name.text, createdAt: now)
        try await stored { () async throws(StoreError) in
            try await store.addClient(
                client, key: StoredAPIKey(id: key.id, clientID: client.id, digest: key.digest, createdAt: now))
        }
        return NewClient(id: client.id, name: client.name, apiKey: key.text)
    }

    /// All clients, removed ones too, oldest first.
    public func list() async throws(AdministrationError) -> [Client] {
        try await stored { () async throws(StoreError) in try await store.clients() }
    }

    /// Gives a client a second key; the others stop when `overlap` is over.
    public func rotateKey(of id: ClientID, overlap: Duration) async throws(AdministrationError) -> RotatedKey {
        guard (.zero...Self.longestOverlap).contains(overlap) else {
            throw .invalid("the overlap is not a duration from 0s to \(Self.longestOverlap.settingText)")
        }
        let now = environment.now().wall
        let key = newKey()
        let until = now + overlap
        let known = try await stored { () async throws(StoreError) in
            try await store.addKey(
                StoredAPIKey(id: key.id, clientID: id, digest: key.digest, createdAt: now), oldKeysUntil: until)
        }
        guard known else { throw .noSuchClient(id) }
        return RotatedKey(id: id, apiKey: key.text, oldKeysUntil: until)
    }

    /// Stops all keys of a client. Its open sessions and deliveries finish.
    public func remove(_ id: ClientID) async throws(AdministrationError) {
        let now = environment.now().wall
        let known = try await stored { () async throws(StoreError) in try await store.removeClient(id, at: now) }
        guard known else { throw .noSuchClient(id) }
    }

    /// Seals with the first key what is sealed with another.
    public func reseal() async throws(AdministrationError) -> Int {
        try await stored { () async throws(StoreError) in try await store.reseal() }
    }

    private func newKey() -> APIKey {
        var generator = environment.generator
        return APIKey(using: &generator)
    }

    private func stored<Value>(
        _ body: () async throws(StoreError) -> Value
    ) async throws(AdministrationError) -> Value {
        do {
            return try await body()
        } catch {
            switch error {
            case .unavailable(let reason), .unreadable(let reason), .fatal(let reason):
                throw .unavailable("the store: \(reason)")
            }
        }
    }
}
