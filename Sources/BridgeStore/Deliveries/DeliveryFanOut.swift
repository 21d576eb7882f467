import BridgeCore

/// Makes an event's deliveries, inside the transaction that stores the event.
struct DeliveryFanOut {
    let db: Database
    let makeID: () -> DeliveryID

    /// One delivery for each endpoint of the client that wants the event; those due.
    ///
    /// The endpoints stay as they are until the commit, so that one that is disabled meanwhile finds what it has to
    /// hold.
    func send(_ event: Event) throws -> [DueDelivery] {
        let endpoints = try db.rows(
            """
            SELECT id, events, enabled, epoch, ordered, rate_limit FROM endpoint
            WHERE client_id = ? AND deleted_at IS NULL ORDER BY id \(db.dialect.lock(.share))
            """,
            [event.clientID.rawValue])
        return try endpoints.compactMap { row in
            guard EndpointRow.events(row[1]).wants(event.type) else { return nil }
            let lane = DeliveryLane(clientID: event.clientID, epoch: row[3], ordered: row[4], rateLimit: row[5])
            return try send(event, to: EndpointID(stored: row[0]), enabled: row[2], lane)
        }
    }

    /// One delivery to an endpoint that is locked, due when the event happened; `nil` when it is held.
    func send(_ event: Event, to endpoint: EndpointID, enabled: Bool, _ lane: DeliveryLane) throws -> DueDelivery? {
        let id = makeID()
        let status: DeliveryStatus = enabled ? .pending : .held
        let time = event.createdAt
        try db.run(
            """
            INSERT INTO delivery
                (id, client_id, event_id, endpoint_id, status, next_attempt_at, created_at\(db.mine.column))
            VALUES (?, ?, ?, ?, ?, ?, ?\(db.mine.value)) ON CONFLICT DO NOTHING
            """,
            [
                id.rawValue, event.clientID.rawValue, event.id.rawValue, endpoint.rawValue, status.rawValue,
                enabled ? time.milliseconds : nil, time.milliseconds,
            ])
        guard enabled else { return nil }
        return DueDelivery(
            id: id, eventID: event.id, sessionID: event.sessionID, endpointID: endpoint, lane: lane, dueAt: time)
    }
}
