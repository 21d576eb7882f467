import BridgeCore
import Testing

@testable import BridgeStore

@Suite struct EndpointTests {
    static let later = World.start + .seconds(60)

    @Test(.eachStore) func disablingHoldsAndEnablingReleases() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        let (session, first) = try await world.delivery()
        let (_, second) = try await world.delivery()
        try await world.record(.make(1, .timeout), of: first.id, .retry(at: Self.later + .seconds(300)))
        try await world.record(.make(1), of: second.id, .delivered)

        let off = try await world.change(endpoint) { $0.enabled = false }
        #expect(off?.endpoint.disabledReason == .byClient)
        #expect(try await world.status(first.id) == .held)
        #expect(try await world.store.delivery(first.id, client: world.client)?.delivery.nextAttemptAt == nil)
        #expect(try await world.status(second.id) == .delivered)
        #expect(try await world.store.work(for: first.id) == nil)

        let on = try await world.change(endpoint, at: Self.later) { $0.enabled = true }
        #expect(on?.endpoint.disabledReason == nil)
        #expect(on?.due == [world.due(first.id, first.eventID, session.id, to: endpoint, epoch: 3, at: Self.later)])
        // The schedule goes on where it was.
        #expect(try await world.store.work(for: first.id)?.countedAttempts == 1)
        #expect(try await world.change(endpoint) { $0.enabled = true }?.due == [])
    }

    @Test(.eachStore) func aDeletedEndpointIsGoneAndItsDeliveriesStayReadable() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        let (session, due) = try await world.delivery()
        #expect(try await world.store.deleteEndpoint(endpoint, client: world.other, at: Self.later) == nil)
        var before = try #require(try await world.store.endpoint(endpoint, client: world.client))
        before.epoch += 1
        before.enabled = false
        #expect(try await world.store.deleteEndpoint(endpoint, client: world.client, at: Self.later) == before)
        #expect(try await world.store.deleteEndpoint(endpoint, client: world.client, at: Self.later) == nil)
        #expect(try await world.store.endpoint(endpoint, client: world.client) == nil)
        let page = PageRequest(limit: 10, after: nil)
        #expect(try await world.store.endpoints(client: world.client, page: page).elements == [])
        let delivery = try await world.store.delivery(due.id, client: world.client)?.delivery
        #expect(delivery?.status == .abandoned)
        #expect(delivery?.endedAt == Self.later)
        #expect(delivery?.sessionID == session.id)
        #expect(try await world.store.pendingDeliveries(after: nil, limit: 10) == [])
        let resent = try await world.store.resend(
            due.id, client: world.client, at: Self.later, key: nil, answer: World.answer)
        guard case .done(.endpointGone) = resent else { throw TestFailure("\(resent)") }
        #expect(try await world.store.delivery(due.id, client: world.client)?.delivery.status == .abandoned)
    }

    @Test(.eachStore) func aClientHasOnlySoManyEndpoints() async throws {
        let world = try await World()
        func create(_ endpoint: Endpoint, _ key: IdempotencyKey? = nil) async throws -> Bool {
            let created = try await world.store.createEndpoint(
                endpoint, atMost: 2, keys: .first, key: key, answer: World.answer)
            guard case .done(let isCreated) = created else { throw TestFailure("\(created)") }
            return isCreated
        }
        func endpoint(client: ClientID) -> Endpoint {
            Endpoint(
                id: id(), clientID: client, url: "https://a.example/", events: .allSessions, description: "",
                createdAt: World.start)
        }
        let first = endpoint(client: world.client)
        let second = endpoint(client: world.client)
        #expect(try await create(first))
        // Twice, as after a commit in doubt.
        for _ in 0..<2 { #expect(try await create(second)) }
        let third = endpoint(client: world.client)
        #expect(try await create(third, world.key("k")) == false)
        #expect(try await world.store.endpoint(third.id, client: world.client) == nil)
        #expect(try await create(endpoint(client: world.other)))
        #expect(try await world.store.deleteEndpoint(first.id, client: world.client, at: Self.later) != nil)
        // The refusal did not use its key up.
        #expect(try await create(third, world.key("k")))
    }

    @Test func theSecretsOfADeletedEndpointLeaveTheLog() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        func sweep() async throws { _ = try await world.store.expire(ExpiryTests.retention, at: Self.later, limit: 10) }
        // The first sweep empties the log whatever was done: a crash may have left one.
        try await sweep()
        _ = try await world.change(endpoint) {
            $0.headers = [EndpointHeader(name: "A", value: "is-secret", isSecret: true)]
        }
        #expect(try await world.store.deleteEndpoint(endpoint, client: world.client, at: Self.later) != nil)
        let folder = try world.folder
        #expect(try folder.contains("is-secret"))
        try await sweep()
        #expect(try folder.contains("is-secret") == false)
    }

    @Test(.eachStore) func aTestGoesToItsEndpointOnly() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint(["session.failed"])
        _ = try await world.endpoint()
        let foreign = try await world.endpoint(client: world.other)
        let event = Event(
            id: id(), clientID: world.client, sessionID: nil, type: .endpointTest, createdAt: World.start,
            body: Array("{}".utf8))
        let delivery: DeliveryID = id()
        for _ in 0..<2 {
            let sent = try await world.store.sendEvent(
                event, to: endpoint, delivery: delivery, key: nil, answer: World.answer)
            guard case .done(let due?) = sent else { throw TestFailure("\(sent)") }
            #expect(due == [world.due(delivery, event.id, nil, to: endpoint)])
        }
        let refused = try await world.store.sendEvent(
            event, to: foreign, delivery: id(), key: nil, answer: World.answer)
        guard case .done(nil) = refused else { throw TestFailure("\(refused)") }
        #expect(
            try await world.store.pendingDeliveries(after: nil, limit: 10)
                == [world.due(delivery, event.id, nil, to: endpoint)])
        #expect(try await world.store.work(for: delivery)?.body == event.body)
    }
}
