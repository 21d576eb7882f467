import BridgeCore

/// How a delivery and its endpoint stand before an attempt of it is recorded, as their rows say.
struct Standing {
    let now: DeliveryStanding
    let endpointID: EndpointID
    /// Whether the attempt was recorded before, and what that did to the endpoint.
    let isRecorded: Bool
    let disabled: DisabledReason?

    /// Locks the delivery, and reads its endpoint as it is without a lock. `nil`: the delivery is not there any more.
    init?(_ record: AttemptRecord, _ db: Database) throws {
        let row = try db.row(
            """
            SELECT d.status, d.fence, d.next_attempt_at, d.endpoint_id, n.enabled, n.epoch, n.failing_since, n.failures,
                a.id IS NOT NULL, a.disabled
            FROM delivery d JOIN endpoint n ON n.id = d.endpoint_id
                LEFT JOIN attempt a ON a.client_id = d.client_id AND a.id = ?
            WHERE d.id = ? \(db.dialect.lock(.change, of: "d"))
            """,
            [record.attempt.id.rawValue, record.deliveryID.rawValue])
        guard let row else { return nil }
        now = DeliveryStanding(
            status: try row.word(0), fence: row[1], nextAttemptAt: row.optionalTime(2), isEnabled: row[4],
            epoch: row[5], record: EndpointRecord(failingSince: row.optionalTime(6), failures: row[7]))
        endpointID = EndpointID(stored: row[3])
        isRecorded = row[8]
        disabled = try row.optionalWord(9)
    }
}
