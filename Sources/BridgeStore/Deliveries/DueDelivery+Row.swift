import BridgeCore

extension DueDelivery {
    /// The pending deliveries for which `condition` holds, of endpoints that are enabled.
    static func fetch(_ db: Database, _ condition: String, _ arguments: StatementArguments) throws -> [DueDelivery] {
        try db.rows(statement(condition, db.dialect), arguments).map { row in
            DueDelivery(
                id: DeliveryID(stored: row[0]), eventID: EventID(stored: row[1]), sessionID: row.optionalID(2),
                endpointID: EndpointID(stored: row[3]),
                lane: DeliveryLane(
                    clientID: ClientID(stored: row[4]), epoch: row[5], ordered: row[6], rateLimit: row[7]),
                dueAt: row.time(8))
        }
    }

    /// The delivery leads.
    static func statement(_ condition: String, _ dialect: Dialect) -> String {
        let join = dialect.leadingJoin
        return """
            SELECT d.id, d.event_id, e.session_id, d.endpoint_id, d.client_id, n.epoch, n.ordered, n.rate_limit,
                d.next_attempt_at
            FROM delivery d \(join) event e ON e.id = d.event_id \(join) endpoint n ON n.id = d.endpoint_id
            WHERE d.status = 'pending' AND n.enabled = 1 AND \(condition)
            """
    }
}
