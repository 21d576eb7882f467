import BridgeCore

/// A part of a recorded recovery, found by a reader.
struct RecoveryStep: Sendable {
    private let recovery: Recovery
    private let client: ClientID
    private let cursor: String
    private let events: [EventID]
    private let isLast: Bool

    /// The step that is next; `nil` when no recovery is recorded. The one that is furthest behind goes first: a short
    /// one does not wait for the end of a long one. One whose endpoint cannot be read waits until it can.
    static func next(
        limit: Int, _ sealer: Sealer, _ unreadable: UnreadableRows, _ db: Database
    ) throws -> RecoveryStep? {
        let rows = try db.rows(
            """
            SELECT r.endpoint_id, r.since, r.until, r.cursor, n.client_id
            FROM recovery r JOIN endpoint n ON n.id = r.endpoint_id ORDER BY r.cursor, r.endpoint_id
            """)
        for row in rows {
            if let step = try unreadable.passOver(row[0], { try RecoveryStep(row, limit: limit, sealer, db) }) {
                return step
            }
        }
        return nil
    }

    private init(_ row: Row, limit: Int, _ sealer: Sealer, _ db: Database) throws {
        recovery = Recovery(endpointID: EndpointID(stored: row[0]), since: row.time(1), until: row.time(2))
        client = ClientID(stored: row[4])
        cursor = row[3]
        guard let endpoint = try EndpointRow.find(recovery.endpointID, client, sealer, db)?.endpoint else {
            throw DamagedValue("the endpoint \(recovery.endpointID) is gone, and its recovery is not")
        }
        let (sql, arguments) = Recoverable(endpoint, recovery, in: db.dialect).next(after: cursor, limit: limit)
        events = try db.values(sql, arguments, as: String.self).map { EventID(stored: $0) }
        isLast = events.count < limit
    }

    /// Makes the events' deliveries due, and remembers that it did. Those that are due.
    ///
    /// It does nothing when the recovery is another one than was found: it was widened, and begins anew, or another
    /// instance has done this step.
    func perform(
        at time: Timestamp, makeDeliveryID: () -> DeliveryID, _ sealer: Sealer, _ db: Database
    ) throws -> [DueDelivery] {
        // Deleted meanwhile: its recovery went with it.
        guard let endpoint = try EndpointRow.find(recovery.endpointID, client, lock: .change, sealer, db)?.endpoint
        else { return [] }
        let id = recovery.endpointID.rawValue
        let isUnchanged = try db.value(
            "SELECT 1 FROM recovery WHERE endpoint_id = ? AND since = ? AND until = ? AND cursor = ?",
            [id, recovery.since.milliseconds, recovery.until.milliseconds, cursor], as: Int.self)
        guard isUnchanged != nil else {
            // It may be this step itself, its commit in doubt, that went on.
            return try db.isInDoubt ? events.flatMap { try due($0, to: endpoint.id, db) } : []
        }
        if let last = events.last, !isLast {
            try db.run("UPDATE recovery SET cursor = ? WHERE endpoint_id = ?", [last.rawValue, id])
        } else {
            try db.run("DELETE FROM recovery WHERE endpoint_id = ?", [id])
        }
        return try events.flatMap { try send($0, to: endpoint, makeDeliveryID(), at: time, db) }
    }

    /// Nothing is sent that has expired, or was delivered or held since it was found.
    private func send(
        _ event: EventID, to endpoint: Endpoint, _ id: DeliveryID, at time: Timestamp, _ db: Database
    ) throws -> [DueDelivery] {
        let status: DeliveryStatus = endpoint.enabled ? .pending : .held
        let sent = try db.changes(
            """
            INSERT INTO delivery
                (id, client_id, event_id, endpoint_id, status, next_attempt_at, created_at\(db.mine.column))
            SELECT ?, client_id, id, ?, ?, ?, ?\(db.mine.value) FROM event WHERE id = ?
            ON CONFLICT (event_id, endpoint_id) DO UPDATE SET status = excluded.status,
                next_attempt_at = excluded.next_attempt_at, ended_at = NULL, counted_attempts = 0,
                fence = delivery.fence + 1\(db.mine.assignment(unlessDueBefore: "excluded.next_attempt_at + 1000"))
            WHERE delivery.status IN ('pending', 'failed')
            """,
            [
                id.rawValue, endpoint.id.rawValue, status.rawValue, endpoint.enabled ? time.milliseconds : nil,
                time.milliseconds, event.rawValue,
            ])
        guard sent == 1, endpoint.enabled else { return [] }
        return try due(event, to: endpoint.id, db)
    }

    /// Nothing when it is left to another instance, which is sending it or about to.
    private func due(_ event: EventID, to endpoint: EndpointID, _ db: Database) throws -> [DueDelivery] {
        try DueDelivery.fetch(
            db, "d.event_id = ? AND d.endpoint_id = ? AND \(db.mine.has("d.owner"))",
            [event.rawValue, endpoint.rawValue])
    }
}
