import BridgeCore
import Foundation
import GRDB

extension SQLiteStore {
    /// A delivery of a client, and its attempts in the order in which they were made.
    public func delivery(
        _ id: DeliveryID, client: ClientID
    ) async throws(StoreError) -> (delivery: Delivery, attempts: [Attempt])? {
        try await read { [sealer] db in
            let found = try db.row(
                "SELECT \(DeliveryRow.columns) FROM \(DeliveryRow.tables) WHERE d.id = ? AND d.client_id = ?",
                [id.rawValue, client.rawValue])
            guard let found else { return nil }
            return (try DeliveryRow.delivery(found), try AttemptRow.attempts(of: id, sealer, db))
        }
    }

    /// A client's deliveries, newest first.
    public func deliveries(
        _ filter: DeliveryFilter, client: ClientID, page: PageRequest
    ) async throws(StoreError) -> Page<Delivery> {
        var query = ListQuery(
            "SELECT \(DeliveryRow.columns) FROM \(DeliveryRow.tables)", id: "d.id", where: "d.client_id = ?",
            client.rawValue)
        if let status = filter.status {
            query.add("d.status = ?", status.rawValue)
            if status != .delivered { query.add("d.status <> 'delivered'") }
        }
        if let session = filter.sessionID {
            query.add("d.event_id = (SELECT id FROM event WHERE session_id = ?)", session.rawValue)
        }
        if let endpoint = filter.endpointID { query.add("d.endpoint_id = ?", endpoint.rawValue) }
        return try await list(query, page, DeliveryRow.delivery)
    }

    /// Every pending delivery, in pages by id.
    public func pendingDeliveries(after id: DeliveryID?, limit: Int) async throws(StoreError) -> [DueDelivery] {
        try await read { db in
            try DueDelivery.fetch(
                db, "status = 'pending' AND id > ? ORDER BY id LIMIT ?", [id?.rawValue ?? "", limit])
        }
    }

    /// What an attempt needs; `nil` when the delivery is not pending any more.
    public func work(for id: DeliveryID) async throws(StoreError) -> DeliveryWork? {
        try await read { [sealer] db in
            try db.row(
                """
                SELECT d.counted_attempts, d.last_number, d.event_id, e.body, n.url, n.id, n.secret, n.previous_secret,
                    n.previous_until
                FROM delivery d JOIN event e ON e.id = d.event_id JOIN endpoint n ON n.id = d.endpoint_id
                WHERE d.id = ? AND d.status = 'pending'
                """,
                [id.rawValue]
            ).map { row in
                let event = EventID(stored: row[2])
                let endpoint = EndpointID(stored: row[5])
                let place = EndpointRow.secretPlace(endpoint)
                let current = try sealer.open(row[6], at: place)
                let previous = try (row[7] as Data?).map { sealed in
                    EndpointSecrets.Previous(
                        secret: String(decoding: try sealer.open(sealed, at: place), as: UTF8.self), until: row.time(8))
                }
                return DeliveryWork(
                    id: id, countedAttempts: row[0], attemptCount: row[1], eventID: event, endpointID: endpoint,
                    body: Array(try sealer.open(row[3], at: SealedEvent.place(event))), url: row[4],
                    secrets: EndpointSecrets(current: String(decoding: current, as: UTF8.self), previous: previous))
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

/// How a delivery is read from its row.
private enum DeliveryRow {
    static let tables = "delivery d JOIN event e ON e.id = d.event_id"
    static let columns = """
        d.id, d.event_id, e.type, e.session_id, d.endpoint_id, d.status, d.attempt_count, d.next_attempt_at,
        d.created_at, d.ended_at
        """

    static func delivery(_ row: Row) throws -> Delivery {
        Delivery(
            id: DeliveryID(stored: row[0]), eventID: EventID(stored: row[1]), eventType: try row.word(2),
            sessionID: (row[3] as String?).map { SessionID(stored: $0) }, endpointID: EndpointID(stored: row[4]),
            status: try row.word(5), attemptCount: row[6], nextAttemptAt: row.optionalTime(7), createdAt: row.time(8),
            endedAt: row.optionalTime(9))
    }
}
