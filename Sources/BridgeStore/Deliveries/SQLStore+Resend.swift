import BridgeCore

extension SQLStore {
    /// Makes a delivery due now, whatever became of it, and starts its schedule anew.
    ///
    /// An attempt of it may be under way: the new fence keeps its verdict under the old schedule from ending the new
    /// one.
    public func resend(
        _ id: DeliveryID, client: ClientID, at time: Timestamp, key: IdempotencyKey?, answer: KeptAnswer
    ) async throws(StoreError) -> Keyed<ResendResult> {
        let kept = seal(answer, for: key)
        return try await write { [sealer] db in
            try KeptAnswers(db: db, sealer: sealer).once(key, at: time, kept, keepIf: \.isDone) {
                let row = try db.row(
                    """
                    SELECT n.enabled, n.deleted_at IS NOT NULL
                    FROM delivery d JOIN event e ON e.id = d.event_id JOIN endpoint n ON n.id = d.endpoint_id
                    WHERE d.id = ? AND d.client_id = ? \(db.dialect.lock(.share, of: "e, n"))
                    """,
                    [id.rawValue, client.rawValue])
                // The event does not expire, nor is the endpoint switched, until the delivery is due.
                guard let row else { return .notFound }
                if row[1] { return .endpointGone }
                let enabled: Bool = row[0]
                try db.run(
                    """
                    UPDATE delivery SET status = ?, next_attempt_at = ?, ended_at = NULL, counted_attempts = 0,
                        fence = fence + 1\(db.mine.assignment)
                    WHERE id = ?
                    """,
                    [
                        (enabled ? DeliveryStatus.pending : .held).rawValue, enabled ? time.milliseconds : nil,
                        id.rawValue,
                    ])
                return try DueDelivery.fetch(db, "d.id = ?", [id.rawValue]).first
                    .map { .due($0) } ?? .held
            }
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
