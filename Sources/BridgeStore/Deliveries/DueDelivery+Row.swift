import BridgeCore
import GRDB

extension DueDelivery {
    /// The pending deliveries for which `condition` holds.
    static func fetch(_ db: Database, _ condition: String, _ arguments: StatementArguments) throws -> [DueDelivery] {
        try db.rows(statement(condition), arguments).map { row in
            DueDelivery(
                id: DeliveryID(stored: row[0]), eventID: EventID(stored: row[1]), sessionID: row.optionalID(2),
                endpointID: EndpointID(stored: row[3]),
                lane: DeliveryLane(clientID: ClientID(stored: row[4]), ordered: row[5], rateLimit: row[6]),
                dueAt: row.time(7))
        }
    }

    /// The delivery leads: a CROSS JOIN keeps that order.
    static func statement(_ condition: String) -> String {
        """
        SELECT d.id, d.event_id, e.session_id, d.endpoint_id, d.client_id, n.ordered, n.rate_limit, d.next_attempt_at
        FROM delivery d CROSS JOIN event e ON e.id = d.event_id CROSS JOIN endpoint n ON n.id = d.endpoint_id
        WHERE \(condition)
        """
    }
}
