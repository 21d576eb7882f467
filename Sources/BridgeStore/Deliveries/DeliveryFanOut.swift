import BridgeCore
import GRDB

/// Makes an event's deliveries, inside the transaction that stores the event.
struct DeliveryFanOut {
    let db: Database
    let makeID: () -> DeliveryID

    /// One delivery for each endpoint of the client that wants the event; those due.
    func send(_ event: Event) throws -> [DueDelivery] {
        let endpoints = try db.rows(
            "SELECT id, events, enabled FROM endpoint WHERE client_id = ? AND deleted_at IS NULL ORDER BY id",
            [event.clientID.rawValue])
        return try endpoints.compactMap { row in
            guard EndpointRow.events(row[1]).wants(event.type) else { return nil }
            return try send(event, to: EndpointID(stored: row[0]), enabled: row[2])
        }
    }

    /// One delivery, due when the event happened; `nil` when it is held.
    @discardableResult
    func send(_ event: Event, to endpoint: EndpointID, enabled: Bool) throws -> DueDelivery? {
        let id = makeID()
        let status: DeliveryStatus = enabled ? .pending : .held
        let time = event.createdAt
        try db.run(
            """
            INSERT INTO delivery (id, client_id, event_id, endpoint_id, status, next_attempt_at, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
            """,
            [
                id.rawValue, event.clientID.rawValue, event.id.rawValue, endpoint.rawValue, status.rawValue,
                enabled ? time.milliseconds : nil, time.milliseconds,
            ])
        return enabled ? DueDelivery(id: id, endpointID: endpoint, dueAt: time) : nil
    }
}

extension DueDelivery {
    /// The pending deliveries for which `condition` holds.
    static func fetch(_ db: Database, _ condition: String, _ arguments: StatementArguments) throws -> [DueDelivery] {
        try db.rows("SELECT id, endpoint_id, next_attempt_at FROM delivery WHERE \(condition)", arguments).map { row in
            DueDelivery(
                id: DeliveryID(stored: row[0]), endpointID: EndpointID(stored: row[1]), dueAt: row.time(2))
        }
    }
}
