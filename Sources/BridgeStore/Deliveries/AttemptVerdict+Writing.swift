import BridgeCore

extension AttemptVerdict {
    /// Whether the endpoint that stood like that is another one afterwards.
    func changesEndpoint(_ standing: Standing) -> Bool {
        endpointRecord != standing.now.record || consequence.disabled != nil
    }

    /// Writes what the record changes.
    func write(_ record: AttemptRecord, _ standing: Standing, _ db: Database) throws {
        if isFollowed { try decide(record, db) } else { try count(record, db) }
        let endpoint = standing.endpointID
        if endpointRecord != standing.now.record { try endpointRecord.write(to: endpoint, db) }
        guard let reason = consequence.disabled else { return }
        try db.run(
            "UPDATE endpoint SET enabled = 0, disabled_reason = ?, epoch = epoch + 1 WHERE id = ?",
            [reason.rawValue, endpoint.rawValue])
        _ = try Alignment.begin(of: endpoint, at: record.attempt.endedAt, db)
    }

    /// The delivery has one attempt more, and stands as was decided.
    private func decide(_ record: AttemptRecord, _ db: Database) throws {
        let isOpen = status == .pending || status == .held
        try db.run(
            """
            UPDATE delivery SET status = ?, next_attempt_at = ?, ended_at = ?, attempt_count = attempt_count + 1,
                counted_attempts = counted_attempts + ?, fence = fence + 1
            WHERE id = ?
            """,
            [
                status.rawValue, consequence.nextAttemptAt?.milliseconds,
                isOpen ? nil : record.attempt.endedAt.milliseconds,
                record.attempt.result.error == .shutdown ? 0 : 1, record.deliveryID.rawValue,
            ])
    }

    /// The delivery has one attempt more, and stands as before.
    private func count(_ record: AttemptRecord, _ db: Database) throws {
        try db.run(
            """
            UPDATE delivery SET next_attempt_at = coalesce(?, next_attempt_at), attempt_count = attempt_count + 1,
                fence = fence + 1
            WHERE id = ?
            """,
            [consequence.nextAttemptAt?.milliseconds, record.deliveryID.rawValue])
    }
}

extension EndpointRecord {
    fileprivate func write(to endpoint: EndpointID, _ db: Database) throws {
        try db.run(
            "UPDATE endpoint SET failing_since = ?, failures = ? WHERE id = ?",
            [failingSince?.milliseconds, failures, endpoint.rawValue])
    }
}
