import BridgeCore
import Foundation

extension SQLStore {
    /// How many of a delivery's attempts are shown with it.
    static let shownAttempts = 100

    /// A delivery of a client, and its latest attempts in the order in which they were made.
    public func delivery(
        _ id: DeliveryID, client: ClientID
    ) async throws(StoreError) -> (delivery: Delivery, attempts: [Attempt])? {
        try await read { [sealer] db in
            let found = try db.row(
                """
                SELECT \(DeliveryRow.columns) FROM delivery d JOIN event e ON e.id = d.event_id
                WHERE d.id = ? AND d.client_id = ?
                """,
                [id.rawValue, client.rawValue])
            guard let found else { return nil }
            let attempts = try db.rows(
                "SELECT \(AttemptRow.columns) FROM attempt a WHERE a.delivery_id = ? ORDER BY a.id DESC LIMIT ?",
                [id.rawValue, Self.shownAttempts])
            return (try DeliveryRow.delivery(found), try attempts.reversed().map { try AttemptRow.attempt($0, sealer) })
        }
    }

    /// A client's deliveries, newest first.
    public func deliveries(
        _ filter: DeliveryFilter, client: ClientID, page: PageRequest
    ) async throws(StoreError) -> Page<Delivery> {
        try await list(filter.query(of: client, in: engine.dialect), page, DeliveryRow.delivery)
    }

    /// Every pending delivery of the instance, in pages by id; none of an endpoint that takes none.
    public func pendingDeliveries(after id: DeliveryID?, limit: Int) async throws(StoreError) -> [DueDelivery] {
        try await read { db in
            try DueDelivery.fetch(
                db, "\(db.mine.has("d.owner")) AND d.id > ? ORDER BY d.id LIMIT ?", [id?.rawValue ?? "", limit])
        }
    }

    /// What an attempt needs; `nil` when the delivery is not pending any more, is another instance's, or cannot be
    /// read.
    public func work(for id: DeliveryID) async throws(StoreError) -> DeliveryWork? {
        try await read { [sealer, unreadable] db in
            let row = try db.row(
                """
                SELECT d.counted_attempts, d.attempt_count, d.fence, d.event_id, e.body, \(EndpointRow.columns)
                FROM delivery d JOIN event e ON e.id = d.event_id JOIN endpoint n ON n.id = d.endpoint_id
                WHERE d.id = ? AND d.status = 'pending' AND n.enabled = 1 AND \(db.mine.has("d.owner"))
                """,
                [id.rawValue])
            guard let row else { return nil }
            return try unreadable.passOver(id.rawValue) {
                let event = EventID(stored: row[3])
                let endpoint = try EndpointRow(row, from: 5, sealer)
                return DeliveryWork(
                    id: id, countedAttempts: row[0], attemptCount: row[1], fence: row[2], eventID: event,
                    body: Array(try sealer.open(row[4], at: SealedEvent.place(event))), endpoint: endpoint.endpoint,
                    keys: endpoint.keys)
            }
        }
    }

    /// When the oldest event was made of which a delivery is pending; what is held waits for its client, not for us.
    public func oldestUndelivered() async throws(StoreError) -> Timestamp? {
        try await read { db in
            try db.row(
                """
                SELECT e.created_at FROM delivery d JOIN event e ON e.id = d.event_id
                WHERE d.status = 'pending' ORDER BY d.id LIMIT 1
                """, []
            ).map { $0.time(0) }
        }
    }
}

extension DeliveryFilter {
    func query(of client: ClientID, in dialect: Dialect) -> ListQuery {
        var query = ListQuery(
            DeliveryRow.columns, from: "delivery", "d", by: index,
            joins: "\(dialect.leadingJoin) event e ON e.id = d.event_id", of: client, in: dialect)
        if let status { query.add("d.status = ?", status.rawValue) }
        if isExceptional { query.add("d.status <> 'delivered'") }
        if let eventID { query.add("d.event_id = ?", eventID.rawValue) }
        if let sessionID { query.add("d.event_id = (SELECT id FROM event WHERE session_id = ?)", sessionID.rawValue) }
        if let endpointID { query.add("d.endpoint_id = ?", endpointID.rawValue) }
        query.add(time, on: "d.created_at", Kinds.Delivery.self)
        return query
    }

    /// What is likely to choose fewest.
    private var index: String {
        if eventID != nil || sessionID != nil { return "delivery_event" }
        if isExceptional { return "delivery_exceptional" }
        return endpointID != nil ? "delivery_endpoint" : "delivery_client"
    }

    private var isExceptional: Bool { status.map { $0 != .delivered } ?? false }
}

/// How a delivery is read from its row.
private enum DeliveryRow {
    static let columns = """
        d.id, d.event_id, e.type, e.session_id, d.endpoint_id, d.status, d.attempt_count, d.next_attempt_at,
        d.created_at, d.ended_at
        """

    static func delivery(_ row: Row) throws -> Delivery {
        Delivery(
            id: DeliveryID(stored: row[0]), eventID: EventID(stored: row[1]), eventType: try row.word(2),
            sessionID: row.optionalID(3), endpointID: EndpointID(stored: row[4]), status: try row.word(5),
            attemptCount: row[6], nextAttemptAt: row.optionalTime(7), createdAt: row.time(8),
            endedAt: row.optionalTime(9))
    }
}
