import BridgeCore

/// The events that a recovery sends: what its endpoint wants and has not had. What is held goes out by itself.
struct Recoverable {
    private let dialect: Dialect
    private let condition: String
    private let arguments: StatementArguments

    init(_ endpoint: Endpoint, _ recovery: Recovery, in dialect: Dialect) {
        self.dialect = dialect
        let types = EventType.allCases.filter(endpoint.events.wants).map { "'\($0.rawValue)'" }
        condition = """
            e.client_id = ? AND e.created_at >= ? AND e.created_at < ? AND e.type IN (\(types.joined(separator: ", ")))
            AND NOT EXISTS (SELECT 1 FROM delivery d \(dialect.indexed(by: "delivery_event")) WHERE d.event_id = e.id
                AND d.endpoint_id = ? AND d.status IN ('delivered', 'held'))
            """
        arguments = [
            endpoint.clientID.rawValue, recovery.since.milliseconds, recovery.until.milliseconds,
            endpoint.id.rawValue,
        ]
    }

    var count: (sql: String, arguments: StatementArguments) {
        ("SELECT count(*) FROM \(table) WHERE \(condition)", arguments)
    }

    /// In the order in which they were made.
    func next(after id: String, limit: Int) -> (sql: String, arguments: StatementArguments) {
        let sql = """
            SELECT e.id FROM \(table) WHERE \(condition) AND e.id > ? ORDER BY e.id LIMIT ?
            """
        return (sql, arguments + [id, limit])
    }

    private var table: String { "event e \(dialect.indexed(by: "event_client"))" }
}
