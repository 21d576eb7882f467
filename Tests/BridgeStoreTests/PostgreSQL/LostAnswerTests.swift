import BridgeCore
import Marksign
import PostgreSQLServer
import Synchronization
import Testing

@testable import BridgeStore

/// A commit whose answer is lost: done or not, each operation has the answer that it would have had, and is done once.
@Suite struct LostAnswerTests {
    enum Operation: CaseIterable {
        case addClient, addKey, removeClient, reserve, settle, beginStart, completeStart, abandonStart, watch
        case writeFileChunk, end, requestCancel, erase, createEndpoint, changeEndpoint, deleteEndpoint, rotateKeys
        case sendEvent, resend, recover, record, join, renew, leave, giveUp, adoptSessions, adoptDeliveries
    }

    @Test(arguments: Operation.allCases, [Proxy.Fault.cut, .cutAnswer])
    func itIsDoneOnce(_ operation: Operation, _ fault: Proxy.Fault) async throws {
        try await PostgreSQLTurns.shared.take {
            let proxy = try Proxy(to: try await PostgreSQLServer.shared.value.port)
            defer { proxy.stop() }
            let (direct, proxied) = try await StorePlace.newSchema(proxy: proxy.port)
            let world = try await World(at: .schema(direct))
            let store = try await SQLStore.open(proxied).asInstance()
            let check = try await prepare(operation, world)
            proxy.on("COMMIT\0", fault)
            let isRight = try await check(store)
            #expect(isRight)
            await store.close()
            await world.store.close()
        }
    }

    /// What has to be there before; then the operation, and whether its answer and what is stored are right.
    private func prepare(
        _ operation: Operation, _ world: World
    ) async throws -> @Sendable (SQLStore) async throws -> Bool {
        let (client, key, start) = (world.client, world.key("k"), World.start)
        switch operation {
        case .addClient:
            let new = Client(id: id(), name: "new", createdAt: start)
            let apiKey = StoredAPIKey(id: "k", clientID: new.id, digest: [1], createdAt: start)
            return {
                try await $0.addClient(new, key: apiKey)
                return try await world.store.apiKey("k") == apiKey
            }
        case .addKey:
            let apiKey = StoredAPIKey(id: "k", clientID: client, digest: [1], createdAt: start)
            return { store in
                guard try await store.addKey(apiKey, oldKeysUntil: start) else { return false }
                return try await world.store.apiKey("k") == apiKey
            }
        case .removeClient: return { try await $0.removeClient(client, at: start) }
        case .reserve:
            return { store in
                guard try await store.reserve(key, at: start) == .free else { return false }
                return try await world.store.keyState(key, at: start) == .running
            }
        case .settle:
            _ = try await world.store.reserve(key, at: start)
            return {
                try await $0.settle(key, World.answer)
                return try await world.store.keyState(key, at: start) == .answered(World.answer)
            }
        case .beginStart:
            let session = world.session(status: .starting)
            return { store in
                guard case .done = try await store.beginStart(session, key: key, at: start) else {
                    return false
                }
                return try await world.store.keyState(key, at: start) == .running
            }
        case .completeStart:
            var session = world.session(status: .starting)
            _ = try await world.store.beginStart(session, key: key, at: start)
            session.status = .pending
            session.token = SessionToken("the-token")
            return { [session] store in
                guard try await store.completeStart(session, answer: World.answer) else { return false }
                return try await world.store.keyState(key, at: start) == .answered(World.answer)
            }
        case .abandonStart:
            let session = world.session(status: .starting)
            _ = try await world.store.beginStart(session, key: key, at: start)
            return { store in
                guard try await store.abandonStart(session.id, epoch: 1, answer: nil) else { return false }
                return try await world.store.keyState(key, at: start) == .free
            }
        case .watch:
            let session = world.session("the-token")
            return { store in
                let done = try await store.watch(session, key: key, answer: World.answer, at: start)
                guard case .done(.watching) = done else { return false }
                return try await world.store.session(session.id, client: client) == session
            }
        case .writeFileChunk:
            let session = try await world.watched()
            return { store in
                try await store.writeFileChunk([1, 2], index: 0, of: session.id, epoch: 1)
                guard try await store.end(world.ending(session, chunks: 1)) != nil else { return false }
                return try await world.store.fileChunk(0, of: session.id, client: client) == [1, 2]
            }
        case .end:
            _ = try await world.endpoint()
            let session = try await world.watched()
            return { store in
                let due = try await store.end(world.ending(session))
                guard due?.count == 1 else { return false }
                return try await world.store.pendingDeliveries(after: nil, limit: 9) == due
            }
        case .requestCancel:
            let session = try await world.watched()
            return { try await $0.requestCancel(session.id, client: client, at: start)?.id == session.id }
        case .erase:
            let session = try await world.ended()
            return { try await $0.erase(session.id, client: client, at: start)?.status == .completed }
        case .createEndpoint:
            let endpoint = Endpoint(
                id: id(), clientID: client, url: "https://receiver.example/", events: .allSessions, description: "",
                createdAt: start)
            return { store in
                let done = try await store.createEndpoint(
                    endpoint, atMost: 1, keys: .first, key: key, answer: World.answer)
                guard case .done(true) = done else { return false }
                return try await world.store.endpoint(endpoint.id, client: client) == endpoint
            }
        case .changeEndpoint:
            let endpoint = try await world.endpoint()
            let (_, due) = try await world.delivery()
            try await world.change(endpoint) { $0.enabled = false }
            var change = EndpointChange()
            change.enabled = true
            return { [change] store in
                let changed = try await store.changeEndpoint(endpoint, client: client, change, at: start)
                return changed?.endpoint.enabled == true && changed?.due.map(\.id) == [due.id]
            }
        case .deleteEndpoint:
            let endpoint = try await world.endpoint()
            return { store in
                let removed = try await store.deleteEndpoint(endpoint, client: client, at: start)
                guard removed?.id == endpoint else { return false }
                return try await world.store.endpoint(endpoint, client: client) == nil
            }
        case .rotateKeys:
            let endpoint = try await world.endpoint()
            return { store in
                let done = try await store.rotateKeys(
                    endpoint, client: client, to: .second, overlapUntil: start + .seconds(9), at: start, key: key,
                    answer: World.answer)
                guard case .done(true) = done else { return false }
                let due = try await world.delivery().due
                let keys = try await world.store.work(for: due.id)?.keys
                return keys?.current == .second && keys?.previous.map(\.keys) == [.first]
            }
        case .sendEvent:
            let endpoint = try await world.endpoint()
            let event = Event(
                id: id(), clientID: client, sessionID: nil, type: .endpointTest, createdAt: start, body: [1])
            return { store in
                let done = try await store.sendEvent(
                    event, to: endpoint, delivery: id(), key: key, answer: World.answer)
                guard case .done(let due?) = done else { return false }
                return try await world.store.pendingDeliveries(after: nil, limit: 9) == due
            }
        case .resend:
            _ = try await world.endpoint()
            let (_, due) = try await world.delivery()
            try await world.record(.make(1), of: due.id, .delivered)
            return { store in
                let done = try await store.resend(due.id, client: client, at: start, key: key, answer: World.answer)
                guard case .done(.due(let again)) = done else { return false }
                return try await world.store.pendingDeliveries(after: nil, limit: 9) == [again]
            }
        case .recover:
            let endpoint = try await world.endpoint()
            let recovery = Recovery(endpointID: endpoint, since: start, until: start + .seconds(9))
            return { store in
                let done = try await store.recover(recovery, client: client, key: key, answer: World.answer)
                guard case .done(true) = done else { return false }
                return true
            }
        case .record:
            _ = try await world.endpoint()
            let (_, due) = try await world.delivery()
            let record = AttemptRecord(
                attempt: .make(1, .gone), deliveryID: due.id, fence: 0, endpointEpoch: 1, decision: .gone,
                failingCutoff: .longAgo)
            return { store in
                let consequence = try await store.record(record)
                guard consequence.disabled != nil else { return false }
                return try await world.status(due.id) == .failed
            }
        case .join, .renew, .leave: return try await prepareLease(operation, world)
        case .giveUp:
            let me: InstanceID = id()
            _ = try await world.store.join(.make(me), name: "here")
            let session = try await world.watched()
            return { store in
                store.instance.withLock { $0 = me }
                try await store.giveUp(allBut: [], [])
                guard try await store.openSessions([session.id]).isEmpty else { return false }
                return try await store.end(world.ending(session, epoch: 1)) != nil
            }
        case .adoptSessions, .adoptDeliveries: return try await prepareAdoption(operation, world)
        }
    }

    private func prepareLease(
        _ operation: Operation, _ world: World
    ) async throws -> @Sendable (SQLStore) async throws -> Bool {
        let me: InstanceID = id()
        _ = try await world.store.join(.make(me), name: "here")
        switch operation {
        case .join:
            let other: InstanceID = id()
            return { store in
                let grant = try await store.join(.make(other), name: "there")
                return grant?.instances == 2 && grant?.target == 25
            }
        case .renew: return { try await $0.renew(.make(me, number: 2, holding: 50))?.share == 50 }
        default:
            return { store in
                store.instance.withLock { $0 = me }
                try await store.leave()
                return try await world.store.renew(.make(me, number: 2)) == nil
            }
        }
    }

    /// Whoever takes over may never hear of it: the news tell. It is done once all the same.
    private func prepareAdoption(
        _ operation: Operation, _ world: World
    ) async throws -> @Sendable (SQLStore) async throws -> Bool {
        _ = try await world.endpoint()
        let (_, due) = try await world.delivery()
        let session = try await world.watched()
        let me: InstanceID = id()
        _ = try await world.store.join(.make(me), name: "here")
        return { store in
            store.instance.withLock { $0 = me }
            if operation == .adoptSessions {
                let told = try await store.adoptSessions(limit: 9)?.map(\.session.id) ?? []
                let owned = try await store.openSessions([session.id])
                return [[], [session.id]].contains(told) && owned.map(\.session.epoch) == [2]
            }
            let told = try await store.adoptDeliveries(limit: 9)?.map(\.id) ?? []
            let work = try await store.work(for: due.id)
            return [[], [due.id]].contains(told) && work?.fence == 1
        }
    }
}
