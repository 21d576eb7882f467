import BridgeCore
import GRDB
import Testing

@testable import BridgeStore

@Suite struct ListTests {
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

    @Test func filtersChoose() async throws {
        let world = try await World()
        let endpoint = try await world.endpoint()
        let all = PageRequest(limit: 10, after: nil)
        let pending = try await world.watched()
        let (ended, due) = try await world.delivery(at: World.start + .seconds(9))
        func sessions(_ filter: SessionFilter) async throws -> [SessionID] {
            try await world.store.sessions(filter, client: world.client, page: all).elements.map(\.id)
        }
        #expect(try await sessions(SessionFilter(status: .pending)) == [pending.id])
        #expect(try await sessions(SessionFilter(status: .completed)) == [ended.id])
        #expect(try await sessions(SessionFilter(status: .failed)) == [])
        #expect(try await sessions(SessionFilter(kind: "document")) == [ended.id, pending.id])
        #expect(try await sessions(SessionFilter(kind: "hash")) == [])

        func events(_ query: EventQuery, _ client: ClientID) async throws -> [SessionID?] {
            try await world.store.events(query, client: client, page: all).elements.map(\.sessionID)
        }
        #expect(try await events(EventQuery(), world.client) == [ended.id])
        #expect(try await events(EventQuery(), world.other) == [])
        #expect(try await events(EventQuery(type: .sessionFailed), world.client) == [])
        #expect(try await events(EventQuery(type: .sessionCompleted, sessionID: ended.id), world.client) == [ended.id])
        #expect(try await events(EventQuery(since: World.start + .seconds(9)), world.client) == [ended.id])
        #expect(try await events(EventQuery(since: World.start + .seconds(10)), world.client) == [])

        func deliveries(_ filter: DeliveryFilter, _ client: ClientID) async throws -> [DeliveryID] {
            try await world.store.deliveries(filter, client: client, page: all).elements.map(\.id)
        }
        #expect(try await deliveries(DeliveryFilter(), world.client) == [due.id])
        #expect(try await deliveries(DeliveryFilter(), world.other) == [])
        #expect(try await deliveries(DeliveryFilter(status: .pending, endpointID: endpoint), world.client) == [due.id])
        #expect(try await deliveries(DeliveryFilter(status: .delivered), world.client) == [])
        #expect(try await deliveries(DeliveryFilter(sessionID: pending.id), world.client) == [])
        #expect(try await deliveries(DeliveryFilter(endpointID: id()), world.client) == [])
        #expect(try await world.store.delivery(due.id, client: world.other)?.delivery == nil)
        #expect(try await world.store.session(ended.id, client: world.other) == nil)
    }

    /// What is asked often must not look at rows that it does not want.
    @Test(arguments: [
        ("SELECT id FROM session WHERE status IN ('starting', 'pending') ORDER BY id", "session_open"),
        ("SELECT id FROM session WHERE token_hash = x'00'", "session_token"),
        ("SELECT id FROM session s WHERE s.client_id = 'a' ORDER BY s.id DESC", "session_client"),
        (
            "SELECT id FROM session s WHERE s.client_id = 'a' AND s.status = 'failed' AND s.status <> 'completed' "
                + "ORDER BY s.id DESC", "session_exceptional"
        ),
        ("SELECT id FROM session WHERE \(Cutoffs.fileIsOver)", "session_file"),
        ("SELECT id FROM session WHERE \(Cutoffs.sessionIsOver)", "session_ended"),
        ("SELECT id FROM event WHERE \(Cutoffs.testIsOver)", "event_test"),
        ("SELECT id FROM delivery WHERE status = 'pending' AND id > 'a' ORDER BY id", "delivery_pending"),
        ("SELECT id FROM delivery WHERE \(Cutoffs.deliveryIsOverdue)", "delivery_open"),
        (
            "SELECT id FROM delivery WHERE endpoint_id = 'a' AND status IN ('pending', 'held') AND status = 'held'",
            "delivery_open"
        ),
        ("DELETE FROM idempotency WHERE session_id = 'a' AND status IS NULL", "idempotency_reserved"),
        ("SELECT rowid FROM idempotency WHERE expires_at <= 5", "idempotency_expiry"),
    ]) func anIndexAnswers(_ query: String, _ index: String) async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let statement = query.replacing("?1", with: "5").replacing("?2", with: "6")
        let plan = try await store.pool.read { db in
            try db.rows("EXPLAIN QUERY PLAN \(statement)").map { $0[3] as String }.joined(separator: "; ")
        }
        #expect(plan.contains("INDEX \(index)"), "\(plan)")
        #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
    }
}
