import BridgeCore
import Marksign

/// The internal applications: they start and watch, ask again when they have no answer, and meddle.
final class ModelClients {
    unowned var world: World!
    private var clients: [ClientID] = []
    private var keys = 0

    /// Registers the endpoints, and plans all that clients will do.
    func begin() {
        for _ in 0..<world.plan.clients {
            let client: ClientID = world.identifiers.make(at: world.wall)
            clients.append(client)
            for _ in 0..<world.plan.endpointsPerClient { register(of: client) }
        }
        for _ in 0..<world.plan.sessions {
            world.after(world.chance.duration(.zero...world.plan.length)) { [self] in openSession() }
        }
        let meddlings = Int(Double(world.plan.sessions) * world.plan.meddling)
        for _ in 0..<meddlings {
            world.after(world.chance.duration(.zero...world.plan.length)) { [self] in meddle() }
        }
    }

    private func register(of client: ClientID) {
        let chance = world.chance.unit()
        let endpoint = Endpoint(
            id: world.identifiers.make(at: world.wall), clientID: client, url: "first", events: .allSessions,
            description: "", options: EndpointOptions(ordered: chance < 0.3, rateLimit: chance > 0.7 ? 2 : nil),
            createdAt: world.wall)
        world.store.endpoints[endpoint.id] = EndpointRow(endpoint: endpoint)
        world.store.endpointOrder.append(endpoint.id)
    }

    // MARK: Sessions

    private func openSession() {
        let order = newOrder()
        guard world.chance.happens(0.75) else { return watch(world.upstream.begin(order.kind), order) }
        // What arrives together shares the budget.
        start(order)
        for _ in 0..<(world.chance.happens(0.1) ? 8 : 0) { start(newOrder()) }
    }

    private func newOrder() -> Order {
        keys += 1
        let client = world.chance.pick(clients)
        let key = IdempotencyKey(
            clientID: client, digest: Array("\(keys)".utf8), fingerprint: [1],
            expiresAt: world.wall + .seconds(86_400))
        return Order(
            client: client, kind: world.chance.happens(0.5) ? .hash : .document,
            key: world.chance.happens(0.8) ? key : nil)
    }

    private func start(_ order: Order) {
        world.note("start", order.key.map { String(decoding: $0.digest, as: UTF8.self) } ?? "no key")
        let answered: (Reply) -> Void = { [self] reply in
            switch reply {
            case .start(.answered(let answer)), .start(.keyNotFree(.answered(let answer))):
                accepted(answer, order)
                // Some ask again although they know.
                if world.chance.happens(0.1) { again(order) { self.start($0) } }
            default:
                again(order) { self.start($0) }
            }
        }
        guard let process = world.process, process.isReady else { return answered(.reset) }
        process.start(order, answered)
        // Some do not wait for the first answer.
        if order.key != nil, world.chance.happens(0.05) { again(order) { self.start($0) } }
    }

    private func watch(_ token: SessionToken, _ order: Order) {
        let answered: (Reply) -> Void = { [self] reply in
            switch reply {
            case .watched(let answer): accepted(answer, order)
            case .done: break
            default: again(order) { self.watch(token, $0) }
            }
        }
        guard let process = world.process, process.isReady else { return answered(.reset) }
        process.watch(token, order, answered)
    }

    private func accepted(_ answer: KeptAnswer, _ order: Order) {
        world.note("accepted", "\(answer.status)")
        world.witness.accepted(answer, under: order.key.map(KeyName.init))
        guard answer.status == 201, world.chance.happens(world.plan.meddling * 0.5) else { return }
        let id = SessionID(stored: String(decoding: answer.body, as: UTF8.self))
        world.after(world.chance.duration(.zero...(.seconds(100)))) { [self] in
            guard let process = world.process, process.isReady else { return }
            world.note("cancel", id.rawValue)
            process.cancel(id) { _ in }
        }
    }

    /// Asks once more, a bounded number of times. Without a key that might start twice: a client does not.
    private func again(_ order: Order, _ ask: @escaping (Order) -> Void) {
        guard order.tries < 6, order.key != nil, !world.isHealing else { return }
        var next = order
        next.tries += 1
        world.after(world.chance.duration(.milliseconds(10)...(.seconds(30)))) { ask(next) }
    }
}
