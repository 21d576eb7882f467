import BridgeCore

extension SQLStore {
    /// How many events a recovery would send.
    public func countRecoverable(_ recovery: Recovery, client: ClientID) async throws(StoreError) -> Int? {
        try await readInTurn(for: client) { [sealer] db in
            let row = try EndpointRow.find(recovery.endpointID, client, sealer, db)
            return try row.map { row in
                let (sql, arguments) = Recoverable(row.endpoint, recovery, in: db.dialect).count
                return try db.value(sql, arguments) ?? 0
            }
        }
    }

    /// Records a recovery; one of the same endpoint is widened, and begins anew.
    public func recover(
        _ recovery: Recovery, client: ClientID, key: IdempotencyKey?, answer: KeptAnswer
    ) async throws(StoreError) -> Keyed<Bool> {
        let kept = seal(answer, for: key)
        return try await write { [sealer] db in
            try KeptAnswers(db: db, sealer: sealer).once(key, at: recovery.until, kept, keepIf: { $0 }) {
                try db.changes(
                    """
                    INSERT INTO recovery (endpoint_id, since, until, cursor)
                    SELECT id, ?, ?, '' FROM endpoint WHERE id = ? AND client_id = ? AND deleted_at IS NULL
                    \(db.dialect.lock(.share))
                    ON CONFLICT (endpoint_id) DO UPDATE SET
                        since = CASE WHEN recovery.since < excluded.since THEN recovery.since ELSE excluded.since END,
                        until = CASE WHEN recovery.until > excluded.until THEN recovery.until ELSE excluded.until END,
                        cursor = ''
                    """,
                    [
                        recovery.since.milliseconds, recovery.until.milliseconds, recovery.endpointID.rawValue,
                        client.rawValue,
                    ]) == 1
            }
        }
    }

    /// Does at most `limit` events of a recorded recovery, in one commit.
    ///
    /// The events are looked for by a reader, and checked again by the write that sends them.
    public func continueRecoveries(
        limit: Int, at time: Timestamp, makeDeliveryID: @escaping @Sendable () -> DeliveryID
    ) async throws(StoreError) -> [DueDelivery]? {
        let step = try await readInTurn(for: nil) { [sealer, unreadable] db in
            try RecoveryStep.next(limit: limit, sealer, unreadable, db)
        }
        guard let step else { return nil }
        return try await write { [sealer] db in
            try step.perform(at: time, makeDeliveryID: makeDeliveryID, sealer, db)
        }
    }
}
