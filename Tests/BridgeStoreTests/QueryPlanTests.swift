import BridgeCore
import Testing

@testable import BridgeStore

/// What is asked often must not look at rows that it does not want, nor sort what it finds.
@Suite struct QueryPlanTests {
    private func plan(_ sql: String, _ arguments: StatementArguments = StatementArguments()) async throws -> String {
        let folder = try StoreFolder()
        return try await folder.open().read { db in
            try db.rows("EXPLAIN QUERY PLAN \(sql)", arguments).map { $0[3] as String }.joined(separator: "; ")
        }
    }

    @Test(arguments: [
        ("SELECT id FROM session WHERE status IN ('starting', 'pending') ORDER BY id", "session_open"),
        ("SELECT id FROM session WHERE token_hash = x'00'", "session_token"),
        ("SELECT id FROM session WHERE \(Cutoffs.fileIsOver)", "session_file"),
        ("SELECT id FROM session WHERE \(Cutoffs.sessionIsOver)", "session_ended"),
        ("SELECT id FROM event WHERE \(Cutoffs.testIsOver)", "event_test"),
        (DueDelivery.statement("d.id > 'a' ORDER BY d.id", .sqlite), "delivery_pending"),
        (DueDelivery.statement("d.event_id = 'a' AND d.endpoint_id = 'b'", .sqlite), "delivery_event"),
        (Alignment.search(.sqlite).replacing("?", with: "5"), "delivery_open"),
        ("SELECT max(id) FROM delivery WHERE endpoint_id = 'a' AND status IN ('pending', 'held')", "delivery_open"),
        ("SELECT id FROM attempt a WHERE a.delivery_id = 'a' ORDER BY a.id DESC", "attempt_delivery"),
        (SQLStore.unwellEndpoints, "endpoint_unwell"),
        ("SELECT id FROM delivery WHERE \(Cutoffs.deliveryIsOverdue)", "delivery_open"),
        ("DELETE FROM idempotency WHERE session_id = 'a' AND status IS NULL", "idempotency_reserved"),
        ("SELECT client_id, digest FROM idempotency WHERE expires_at <= 5", "idempotency_expiry"),
    ]) func anIndexAnswers(_ query: String, _ index: String) async throws {
        let plan = try await plan(query.replacing("?1", with: "5").replacing("?2", with: "6"))
        #expect(plan.contains("INDEX \(index)"), "\(plan)")
        #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
    }

    static let session: SessionID = id()
    static let endpoint: EndpointID = id()
    static let time = TimeRange(since: World.start, until: World.start)
    static let recovery = Recovery(endpointID: endpoint, since: World.start, until: World.start)
    static let wanting = Endpoint(
        id: endpoint, clientID: id(), url: "", events: .allSessions, description: "", createdAt: World.start)

    /// A list reads its index in its order, and looks into another table by that one's key.
    @Test(arguments: [
        (EventQuery(time: time).query(of: id(), in: .sqlite), "event_client"),
        (EventQuery(type: .sessionFailed, endpointID: endpoint).query(of: id(), in: .sqlite), "event_client"),
        (EventQuery(status: .delivered).query(of: id(), in: .sqlite), "event_client"),
        (EventQuery(sessionID: session, endpointID: endpoint).query(of: id(), in: .sqlite), "event_session"),
        (EventQuery(sessionID: session, status: .failed).query(of: id(), in: .sqlite), "delivery_event"),
        (DeliveryFilter(time: time).query(of: id(), in: .sqlite), "delivery_client"),
        (DeliveryFilter(status: .delivered).query(of: id(), in: .sqlite), "delivery_client"),
        (DeliveryFilter(status: .failed, endpointID: endpoint).query(of: id(), in: .sqlite), "delivery_exceptional"),
        (DeliveryFilter(endpointID: endpoint).query(of: id(), in: .sqlite), "delivery_endpoint"),
        (AttemptFilter(time: time).query(of: id(), in: .sqlite), "attempt_client"),
        (AttemptFilter(outcome: .succeeded, status: 200).query(of: id(), in: .sqlite), "attempt_client"),
        (AttemptFilter(outcome: .failed(.dns), endpointID: endpoint).query(of: id(), in: .sqlite), "attempt_error"),
        (AttemptFilter(status: 404).query(of: id(), in: .sqlite), "attempt_status"),
        (AttemptFilter(deliveryID: id()).query(of: id(), in: .sqlite), "attempt_delivery"),
        (AttemptFilter(endpointID: endpoint).query(of: id(), in: .sqlite), "attempt_endpoint"),
    ]) func aListIsReadInItsOrder(_ query: ListQuery, _ index: String) async throws {
        for after in [nil, "a"] {
            let (sql, arguments) = query.statement(PageRequest(limit: 10, after: after))
            let plan = try await plan(sql, arguments)
            #expect(plan.contains("INDEX \(index) ("), "\(plan)")
            #expect(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "\(plan)")
        }
    }

    /// Where to stop looking is told by the ids: the last page must not look at all that is older.
    @Test(arguments: [
        EventQuery(time: time).query(of: id(), in: .sqlite),
        DeliveryFilter(status: .failed, time: time).query(of: id(), in: .sqlite),
        AttemptFilter(time: time).query(of: id(), in: .sqlite),
        AttemptFilter(endpointID: endpoint, time: time).query(of: id(), in: .sqlite),
    ]) func aTimeEndsTheSearch(_ query: ListQuery) async throws {
        for after in [nil, "a"] {
            let (sql, arguments) = query.statement(PageRequest(limit: 10, after: after))
            let plan = try await plan(sql, arguments)
            #expect(plan.contains("AND id>?"), "\(plan)")
        }
    }

    /// Few are of another status than `delivered`: the search begins with those.
    @Test(arguments: [EventQuery(status: .failed, time: time), EventQuery(endpointID: endpoint, status: .held)])
    func eventsOfAStatusAreFoundThroughIt(_ query: EventQuery) async throws {
        let (sql, arguments) = query.query(of: id(), in: .sqlite).statement(PageRequest(limit: 10, after: "a"))
        let plan = try await plan(sql, arguments)
        #expect(plan.contains("INDEX delivery_exceptional (client_id=? AND status=?)"), "\(plan)")
        #expect(plan.contains("INDEX event_client (client_id=? AND id=?)"), "\(plan)")
        #expect(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "\(plan)")
    }

    /// Of one session or event there are so few that sorting them is nothing.
    @Test(arguments: [
        (DeliveryFilter(sessionID: session).query(of: id(), in: .sqlite), "delivery_event"),
        (DeliveryFilter(status: .failed, eventID: id()).query(of: id(), in: .sqlite), "delivery_event"),
        (AttemptFilter(outcome: .failed(.dns), sessionID: session).query(of: id(), in: .sqlite), "attempt_delivery"),
    ]) func aSessionsListLooksAtItsOwnRows(_ query: ListQuery, _ index: String) async throws {
        let (sql, arguments) = query.statement(PageRequest(limit: 10, after: "a"))
        let plan = try await plan(sql, arguments)
        #expect(plan.contains("INDEX \(index) ("), "\(plan)")
        #expect(!plan.contains("SCAN"), "\(plan)")
    }

    @Test(arguments: [
        Recoverable(wanting, recovery, in: .sqlite).count,
        Recoverable(wanting, recovery, in: .sqlite).next(after: "a", limit: 5),
    ]) func aRecoveryLooksAtItsClientsEvents(_ sql: String, _ arguments: StatementArguments) async throws {
        let plan = try await plan(sql, arguments)
        #expect(plan.contains("COVERING INDEX event_client ("), "\(plan)")
        #expect(plan.contains("INDEX delivery_event ("), "\(plan)")
        #expect(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "\(plan)")
    }
}
