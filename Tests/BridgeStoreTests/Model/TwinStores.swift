import BridgeCore
import Marksign
import Testing

@testable import BridgeSimulation
@testable import BridgeStore

/// The real store and the model, of which the same is asked.
final class TwinStores {
    enum Question: CaseIterable {
        case watch, beginStart, completeStart, abandonStart, adopt, end, requestCancel, keyState
        case change, delete, align, recover, continueRecoveries, resend, work, record, pending
    }

    let place: StorePlace
    let store: SQLStore
    let model: ModelStore
    /// The model's world, in which nothing happens.
    private let world: BridgeSimulation.World
    var random: SeededGenerator
    var now = World.start
    var asked: Set<Question> = []
    let clients: [ClientID] = [BridgeStoreTests.id(), BridgeStoreTests.id()]
    var endpoints: [Endpoint] = []
    /// All sessions, under the epochs that were known of them.
    var sessions: [Session] = []
    var endings: [(SessionEnding, SessionEnding)] = []
    var works: [DeliveryWork] = []
    var records: [AttemptRecord] = []
    private var made: UInt64 = 0

    init(seed: UInt64) async throws {
        place = try await .make()
        store = try await place.open()
        random = SeededGenerator(seed: seed)
        var chance = Chance(seed: seed)
        let plan = Plan(calm: &chance)
        world = BridgeSimulation.World(seed: seed, plan: plan, chance: chance, mutation: nil, traceLength: 0)
        model = world.store
        model.maximumAtOnce = 1000
        for client in clients {
            try await store.addClient(
                Client(id: client, name: "app", createdAt: now),
                key: StoredAPIKey(
                    id: String(client.rawValue.suffix(12)), clientID: client, digest: [1], createdAt: now))
            for _ in 0..<3 { try await register(of: client) }
        }
    }

    private func register(of client: ClientID) async throws {
        let endpoint = Endpoint(
            id: BridgeStoreTests.id(), clientID: client, url: "https://receiver.example/", events: .allSessions,
            description: "", createdAt: now)
        _ = try await store.createEndpoint(endpoint, atMost: 10, keys: .first, key: nil, answer: World.answer)
        model.endpoints[endpoint.id] = EndpointRow(endpoint: endpoint)
        model.endpointOrder.append(endpoint.id)
        endpoints.append(endpoint)
    }

    func step(_ number: Int) async throws {
        now = now + .milliseconds(Int.random(in: 0...20_000, using: &random))
        guard let question = Question.allCases.randomElement(using: &random) else { return }
        let (real, modelled) = try await ask(question)
        if real != nil { asked.insert(question) }
        #expect(real == modelled, "step \(number): \(question)")
        let pending = try await store.pendingDeliveries(after: nil, limit: 1000)
        #expect(pending == model.pendingDeliveries(after: nil, limit: 1000), "step \(number): after \(question)")
    }

    // MARK: Chance

    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    /// Ids that both stores make alike.
    func identifiers() -> (Identifiers, Identifiers) {
        made += 1
        return (Identifiers(seed: made), Identifiers(seed: made))
    }

    /// One of few keys, so that they are used again.
    func key(of client: ClientID) -> IdempotencyKey? {
        guard chance(60) else { return nil }
        let name = UInt8.random(in: 0..<40, using: &random)
        return IdempotencyKey(
            clientID: client, digest: [name], fingerprint: [chance(90) ? 1 : 2], expiresAt: now + .seconds(900))
    }

    func newSession(_ status: SessionStatus, token: SessionToken?) -> Session {
        let client = clients.randomElement(using: &random) ?? clients[0]
        return Session(
            id: BridgeStoreTests.id(), clientID: client, kind: .hash, method: .smartID, status: status, token: token,
            createdAt: now, expiresAt: now + .seconds(180))
    }

    /// Of few, so that some are watched already.
    func token() -> SessionToken? { SessionToken("token-\(Int.random(in: 0..<200, using: &random))-0000") }

    /// What was answered, as text that says all of it.
    func text(_ real: some Sendable, _ modelled: some Sendable) -> (String?, String?) {
        (String(describing: real), String(describing: modelled))
    }
}
