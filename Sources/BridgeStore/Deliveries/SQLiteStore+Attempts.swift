import BridgeCore
import GRDB

extension SQLiteStore {
    /// Records an attempt and what follows it, in one commit.
    ///
    /// It is listened to only when it is the next one of a pending delivery; one that the receiver took counts also when
    /// its endpoint was disabled or removed meanwhile. `true` too for the last one recorded once more, after a write
    /// whose commit was in doubt.
    public func record(
        _ attempt: Attempt, of id: DeliveryID, _ decision: RetryPolicy.Decision
    ) async throws(StoreError) -> Bool {
        let row = AttemptRow(attempt, of: id, sealer)
        let following = Following(attempt, decision)
        return try await writer.write { db in
            guard try row.insert(db) else {
                return try db.value(
                    """
                    SELECT 1 FROM attempt a JOIN delivery d ON d.id = a.delivery_id AND d.last_number = a.number
                    WHERE d.id = ? AND a.number = ? AND a.started_at = ?
                    """,
                    [id.rawValue, attempt.number, attempt.startedAt.milliseconds], as: Int.self) != nil
            }
            let changed = try db.changes(
                """
                UPDATE delivery SET status = ?, next_attempt_at = ?, ended_at = ?,
                    counted_attempts = counted_attempts + ?
                WHERE id = ? AND (status = 'pending' OR (? AND status IN ('held', 'abandoned'))) AND last_number = ? - 1
                """,
                [
                    following.status.rawValue, following.nextAttemptAt?.milliseconds, following.endedAt?.milliseconds,
                    attempt.result.error == .shutdown ? 0 : 1, id.rawValue, decision == .delivered, attempt.number,
                ])
            // Its number is taken, listened to or not.
            try db.run(
                "UPDATE delivery SET attempt_count = attempt_count + 1, last_number = max(last_number, ?) WHERE id = ?",
                [attempt.number, id.rawValue])
            guard changed == 1 else { return false }
            if decision == .gone { try Self.disableGoneEndpoint(of: id, db) }
            return true
        }
    }

    /// Makes a delivery due now, whatever became of it, and starts its schedule anew.
    ///
    /// An attempt of a pending one may be under way: its number is skipped, so that its verdict under the old schedule
    /// cannot end the new one.
    public func resend(
        _ id: DeliveryID, client: ClientID, at time: Timestamp, key: IdempotencyKey?, answer: KeptAnswer
    ) async throws(StoreError) -> Keyed<ResendResult> {
        let kept = seal(answer, for: key)
        return try await writer.write { [sealer] db in
            try KeptAnswers(db: db, sealer: sealer).once(key, at: time, kept, keepIf: \.isDone) {
                let row = try db.row(
                    """
                    SELECT n.id, n.enabled, n.deleted_at IS NOT NULL
                    FROM delivery d JOIN endpoint n ON n.id = d.endpoint_id WHERE d.id = ? AND d.client_id = ?
                    """,
                    [id.rawValue, client.rawValue])
                guard let row else { return .notFound }
                if row[2] { return .endpointGone }
                let enabled: Bool = row[1]
                try db.run(
                    """
                    UPDATE delivery SET status = ?, next_attempt_at = ?, ended_at = NULL, counted_attempts = 0,
                        last_number = last_number + (status = 'pending')
                    WHERE id = ?
                    """,
                    [
                        (enabled ? DeliveryStatus.pending : .held).rawValue, enabled ? time.milliseconds : nil,
                        id.rawValue,
                    ])
                return enabled
                    ? .due(DueDelivery(id: id, endpointID: EndpointID(stored: row[0]), dueAt: time)) : .held
            }
        }
    }

    private static func disableGoneEndpoint(of delivery: DeliveryID, _ db: Database) throws {
        let endpoint = try db.value(
            "SELECT endpoint_id FROM delivery WHERE id = ?", [delivery.rawValue], as: String.self)
        guard let endpoint else { return }
        try db.run(
            "UPDATE endpoint SET enabled = 0, disabled_reason = ? WHERE id = ?",
            [DisabledReason.gone.rawValue, endpoint])
        try holdDeliveries(of: EndpointID(stored: endpoint), db)
    }
}

/// How a delivery stands after an attempt.
private struct Following: Sendable {
    let status: DeliveryStatus
    let nextAttemptAt: Timestamp?
    let endedAt: Timestamp?

    init(_ attempt: Attempt, _ decision: RetryPolicy.Decision) {
        switch decision {
        case .delivered: status = .delivered
        case .retry: status = .pending
        case .failed, .gone: status = .failed
        }
        if case .retry(let time) = decision {
            nextAttemptAt = time
            endedAt = nil
        } else {
            nextAttemptAt = nil
            endedAt = attempt.startedAt + .milliseconds(attempt.durationMilliseconds)
        }
    }
}

extension ResendResult {
    /// Whether there was a delivery to send.
    fileprivate var isDone: Bool {
        switch self {
        case .due, .held: true
        case .endpointGone, .notFound: false
        }
    }
}
