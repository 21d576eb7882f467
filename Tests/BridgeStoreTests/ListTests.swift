import BridgeCore
import Testing

@testable import BridgeStore

@Suite(.eachStore) struct ListTests {
    @Test func pagesMissNothingWhileEntriesAreAdded() async throws {
        let world = try await World()
        var ids: [SessionID] = []
        for _ in 0..<7 { ids.append(try await world.watched().id) }
        _ = try await world.watched(client: world.other)
        var seen: [SessionID] = []
        var after: String?
        repeat {
            let page = try await world.store.sessions(
                SessionFilter(), client: world.client, page: PageRequest(limit: 2, after: after))
            seen += page.elements.map(\.id)
            after = page.next
            _ = try await world.watched()
        } while after != nil
        #expect(seen == ids.reversed())
    }

    @Test(arguments: [(7, nil), (6, 6), (8, nil)] as [(Int, Int?)])
    func theLastPageSaysSo(_ limit: Int, _ last: Int?) async throws {
        let world = try await World()
        for _ in 0..<7 { _ = try await world.watched() }
        let page = try await world.store.sessions(
            SessionFilter(), client: world.client, page: PageRequest(limit: limit, after: nil))
        #expect(page.elements.count == min(limit, 7))
        #expect(page.next == last.map { page.elements[$0 - 1].id.rawValue })
    }

    static let all = PageRequest(limit: 10, after: nil)
    static let later = World.start + .seconds(9)

    @Test func sessionsAreChosen() async throws {
        let world = try await World()
        let pending = try await world.watched()
        let ended = try await world.ended()
        func sessions(_ filter: SessionFilter) async throws -> [SessionID] {
            try await world.store.sessions(filter, client: world.client, page: Self.all).elements.map(\.id)
        }
        #expect(try await sessions(SessionFilter(status: .pending)) == [pending.id])
        #expect(try await sessions(SessionFilter(status: .completed)) == [ended.id])
        #expect(try await sessions(SessionFilter(status: .failed)) == [])
        #expect(try await sessions(SessionFilter(kind: "document")) == [ended.id, pending.id])
        #expect(try await sessions(SessionFilter(kind: "hash")) == [])
        #expect(try await world.store.session(ended.id, client: world.other) == nil)
    }

    /// Two endpoints; the first event failed at the second of them, the second one waits for both.
    struct Mixed {
        let world: World
        let endpoints: [EndpointID]
        let sessions: [SessionID]
        let events: [EventID]
        /// In the order of making: of the first event, then of the second.
        let deliveries: [DeliveryID]
        /// The first was taken at once, the second not, and not again.
        let attempts: [AttemptID]

        init() async throws {
            world = try await World()
            endpoints = [try await world.endpoint(), try await world.endpoint()]
            let (first, _) = try await world.delivery()
            let (second, _) = try await world.delivery(at: later)
            sessions = [first.id, second.id]
            let due = try await world.store.pendingDeliveries(after: nil, limit: 10)
            deliveries = due.map(\.id)
            events = [due[0].eventID, due[2].eventID]
            let attempts = [Attempt.make(1), .make(1, .status), .make(2, .timeout, at: later)]
            self.attempts = attempts.map(\.id)
            try await world.record(attempts[0], of: due[0].id, .delivered)
            try await world.record(attempts[1], of: due[1].id, .retry(at: later))
            try await world.record(attempts[2], of: due[1].id, .failed)
        }
    }

    @Test func eventsAreChosen() async throws {
        let mixed = try await Mixed()
        let expected: [(EventQuery, [Int])] = [
            (EventQuery(), [1, 0]),
            (EventQuery(type: .sessionCompleted), [1, 0]), (EventQuery(type: .sessionFailed), []),
            (EventQuery(sessionID: mixed.sessions[0]), [0]), (EventQuery(sessionID: id()), []),
            (EventQuery(endpointID: mixed.endpoints[1]), [1, 0]), (EventQuery(endpointID: id()), []),
            (EventQuery(status: .failed), [0]), (EventQuery(status: .held), []),
            (EventQuery(endpointID: mixed.endpoints[1], status: .failed), [0]),
            // Of one endpoint, its own status counts, not another's.
            (EventQuery(endpointID: mixed.endpoints[0], status: .failed), []),
            (EventQuery(sessionID: mixed.sessions[1], status: .pending), [1]),
            (EventQuery(time: TimeRange(since: Self.later)), [1]),
            (EventQuery(time: TimeRange(until: Self.later)), [0]),
            (EventQuery(time: TimeRange(since: Self.later, until: Self.later)), []),
        ]
        for (query, indices) in expected {
            let found = try await mixed.world.store.events(query, client: mixed.world.client, page: Self.all).elements
            #expect(found.map(\.id) == indices.map { mixed.events[$0] }, "\(query)")
            let foreign = try await mixed.world.store.events(query, client: mixed.world.other, page: Self.all).elements
            #expect(foreign == [], "\(query)")
        }
    }

    @Test func deliveriesAreChosen() async throws {
        let mixed = try await Mixed()
        let expected: [(DeliveryFilter, [Int])] = [
            (DeliveryFilter(), [3, 2, 1, 0]),
            (DeliveryFilter(status: .pending), [3, 2]), (DeliveryFilter(status: .delivered), [0]),
            (DeliveryFilter(status: .failed), [1]), (DeliveryFilter(status: .held), []),
            (DeliveryFilter(sessionID: mixed.sessions[0]), [1, 0]), (DeliveryFilter(sessionID: id()), []),
            (DeliveryFilter(endpointID: mixed.endpoints[1]), [3, 1]), (DeliveryFilter(endpointID: id()), []),
            (DeliveryFilter(eventID: mixed.events[1]), [3, 2]),
            (DeliveryFilter(status: .pending, endpointID: mixed.endpoints[0]), [2]),
            (DeliveryFilter(status: .failed, sessionID: mixed.sessions[0], eventID: mixed.events[0]), [1]),
            (DeliveryFilter(time: TimeRange(since: Self.later)), [3, 2]),
            (DeliveryFilter(time: TimeRange(until: Self.later)), [1, 0]),
        ]
        for (filter, indices) in expected {
            let store = mixed.world.store
            let found = try await store.deliveries(filter, client: mixed.world.client, page: Self.all).elements
            #expect(found.map(\.id) == indices.map { mixed.deliveries[$0] }, "\(filter)")
            let foreign = try await store.deliveries(filter, client: mixed.world.other, page: Self.all).elements
            #expect(foreign == [], "\(filter)")
        }
        #expect(try await mixed.world.store.delivery(mixed.deliveries[0], client: mixed.world.other)?.delivery == nil)
    }

    @Test func attemptsAreChosen() async throws {
        let mixed = try await Mixed()
        let expected: [(AttemptFilter, [Int])] = [
            (AttemptFilter(), [2, 1, 0]),
            (AttemptFilter(outcome: .succeeded), [0]), (AttemptFilter(outcome: .failed(.timeout)), [2]),
            (AttemptFilter(outcome: .failed(.dns)), []),
            (AttemptFilter(status: 200), [0]), (AttemptFilter(status: 500), [1]), (AttemptFilter(status: 404), []),
            (AttemptFilter(deliveryID: mixed.deliveries[1]), [2, 1]),
            (AttemptFilter(sessionID: mixed.sessions[0]), [2, 1, 0]), (AttemptFilter(sessionID: mixed.sessions[1]), []),
            (AttemptFilter(endpointID: mixed.endpoints[0]), [0]),
            (AttemptFilter(endpointID: mixed.endpoints[1]), [2, 1]),
            (AttemptFilter(outcome: .failed(.status), status: 500, endpointID: mixed.endpoints[1]), [1]),
            (AttemptFilter(outcome: .succeeded, status: 500), []),
            (AttemptFilter(time: TimeRange(since: Self.later)), [2]),
            (AttemptFilter(time: TimeRange(until: Self.later)), [1, 0]),
        ]
        for (filter, indices) in expected {
            let store = mixed.world.store
            let found = try await store.attempts(filter, client: mixed.world.client, page: Self.all).elements
            #expect(found.map(\.attempt.id) == indices.map { mixed.attempts[$0] }, "\(filter)")
            let foreign = try await store.attempts(filter, client: mixed.world.other, page: Self.all).elements
            #expect(foreign == [], "\(filter)")
        }
        let newest = PageRequest(limit: 1, after: nil)
        let page = try await mixed.world.store.attempts(AttemptFilter(), client: mixed.world.client, page: newest)
        #expect(page.elements.first?.deliveryID == mixed.deliveries[1])
        #expect(page.elements.first?.eventID == mixed.events[0])
        #expect(page.elements.first?.sessionID == mixed.sessions[0])
        #expect(page.elements.first?.endpointID == mixed.endpoints[1])
        #expect(page.elements.first?.attempt.number == 2)
        #expect(page.next == mixed.attempts[2].rawValue)
        let rest = try await mixed.world.store.attempts(
            AttemptFilter(), client: mixed.world.client, page: PageRequest(limit: 2, after: page.next))
        #expect(rest.elements.map(\.attempt.id) == [mixed.attempts[1], mixed.attempts[0]])
        #expect(rest.next == nil)
    }
}
