import BridgeCore
import Testing

@testable import BridgeStore

@Suite struct EndpointTests {
    static let later = World.start + .seconds(60)

    @Test func aChangeKeepsWhatItDoesNotName() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        let change = EndpointChange(url: "https://new.example/", description: "new")
        #expect(
            try await world.store.changeEndpoint(endpoint, client: world.other, change, at: Self.later)?.endpoint
                == nil)
        let changed = try await world.store.changeEndpoint(endpoint, client: world.client, change, at: Self.later)
        #expect(changed?.endpoint.url == "https://new.example/")
        #expect(changed?.endpoint.description == "new")
        #expect(changed?.endpoint.events == .allSessions)
        #expect(changed?.endpoint.enabled == true)
        #expect(changed?.due == [])
        #expect(try await world.store.endpoint(endpoint, client: world.client) == changed?.endpoint)
        let narrowed = EndpointChange(events: EventFilter(["session.failed", "session.unknown"]))
        _ = try await world.store.changeEndpoint(endpoint, client: world.client, narrowed, at: Self.later)
        #expect(try await world.store.endpoint(endpoint, client: world.client)?.events == narrowed.events)
    }

    @Test func disablingHoldsAndEnablingReleases() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        let (_, first) = try await world.delivery()
        let (_, second) = try await world.delivery()
        _ = try await world.store.record(.make(1, .timeout), of: first.id, .retry(at: Self.later + .seconds(300)))
        _ = try await world.store.record(.make(1), of: second.id, .delivered)

        let off = try await world.store.changeEndpoint(
            endpoint, client: world.client, EndpointChange(enabled: false), at: Self.later)
        #expect(off?.endpoint.disabledReason == .byClient)
        #expect(try await world.store.delivery(first.id, client: world.client)?.delivery.status == .held)
        #expect(try await world.store.delivery(first.id, client: world.client)?.delivery.nextAttemptAt == nil)
        #expect(try await world.store.delivery(second.id, client: world.client)?.delivery.status == .delivered)
        #expect(try await world.store.work(for: first.id) == nil)

        let on = try await world.store.changeEndpoint(
            endpoint, client: world.client, EndpointChange(enabled: true), at: Self.later)
        #expect(on?.endpoint.disabledReason == nil)
        #expect(on?.due == [DueDelivery(id: first.id, endpointID: endpoint, dueAt: Self.later)])
        // The schedule goes on where it was.
        #expect(try await world.store.work(for: first.id)?.countedAttempts == 1)
        let same = try await world.store.changeEndpoint(
            endpoint, client: world.client, EndpointChange(enabled: true), at: Self.later)
        #expect(same?.due == [])
    }

    @Test func aDeletedEndpointIsGoneAndItsDeliveriesStayReadable() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        let (session, due) = try await world.delivery()
        #expect(try await world.store.deleteEndpoint(endpoint, client: world.other, at: Self.later) == false)
        #expect(try await world.store.deleteEndpoint(endpoint, client: world.client, at: Self.later))
        #expect(try await world.store.deleteEndpoint(endpoint, client: world.client, at: Self.later) == false)
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

    @Test func aClientHasOnlySoManyEndpoints() async throws {
        let world = try await World()
        func create(_ endpoint: Endpoint, _ key: IdempotencyKey? = nil) async throws -> Bool {
            let created = try await world.store.createEndpoint(
                endpoint, atMost: 2, secret: "whsec_x", key: key, answer: World.answer)
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
        #expect(try await world.store.deleteEndpoint(first.id, client: world.client, at: Self.later))
        // The refusal did not use its key up.
        #expect(try await create(third, world.key("k")))
    }

    @Test func aRotatedSecretOverlaps() async throws {
        let world = try await World(keys: [World.key32])
        let endpoint = try await world.endpoint()
        let (_, due) = try await world.delivery()
        func rotate(_ secret: String, client: ClientID) async throws -> Bool {
            let done = try await world.store.rotateSecret(
                endpoint, client: client, newSecret: secret, overlapUntil: Self.later, at: World.start, key: nil,
                answer: World.answer)
            guard case .done(let isDone) = done else { throw TestFailure("\(done)") }
            return isDone
        }
        #expect(try await world.store.work(for: due.id)?.secrets == EndpointSecrets(current: "whsec_first"))
        #expect(try await rotate("whsec_second", client: world.other) == false)
        let rotated = EndpointSecrets(
            current: "whsec_second", previous: .init(secret: "whsec_first", until: Self.later))
        // Twice, as after a commit in doubt.
        for _ in 0..<2 {
            #expect(try await rotate("whsec_second", client: world.client))
            #expect(try await world.store.work(for: due.id)?.secrets == rotated)
        }
    }

    @Test func aTestGoesToItsEndpointOnly() async throws {
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
            guard case .done(true) = sent else { throw TestFailure("\(sent)") }
        }
        let refused = try await world.store.sendEvent(
            event, to: foreign, delivery: id(), key: nil, answer: World.answer)
        guard case .done(false) = refused else { throw TestFailure("\(refused)") }
        #expect(
            try await world.store.pendingDeliveries(after: nil, limit: 10)
                == [DueDelivery(id: delivery, endpointID: endpoint, dueAt: World.start)])
        #expect(try await world.store.work(for: delivery)?.body == event.body)
    }
}
