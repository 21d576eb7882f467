import BridgeCore

/// What an attempt's record changes.
struct AttemptVerdict {
    let consequence: AttemptConsequence
    private let record: AttemptRecord
    private let isFollowed: Bool
    private let endpoint: EndpointID
    private let before: EndpointRecord
    private let after: EndpointRecord

    init(_ record: AttemptRecord, _ standing: Standing) {
        self.record = record
        endpoint = standing.endpointID
        let isDelivered = record.decision == .delivered
        // With another epoch, what was tried is not the endpoint as it is now.
        let isOfEndpoint = standing.epoch == record.endpointEpoch
        isFollowed =
            isDelivered
            ? [.pending, .held, .abandoned].contains(standing.status)
            : isOfEndpoint && standing.status == .pending && standing.fence == record.fence
        let signal = record.attempt.result.signal(at: record.attempt.endedAt)
        before = EndpointRecord(standing)
        after = isOfEndpoint && (isFollowed || isDelivered) ? before.adding(signal, at: record.attempt.endedAt) : before

        var disabled: DisabledReason?
        if isFollowed, standing.isEnabled {
            switch (record.decision, signal) {
            case (.gone, _): disabled = .gone
            case (_, .failed) where after.isHopeless(since: record.failingCutoff): disabled = .failing
            default: break
            }
        }
        var nextAttemptAt: Timestamp?
        if !isFollowed {
            // Who decided otherwise meanwhile, or asked for another try, does not wait for the old schedule.
            nextAttemptAt = standing.retryAt.map { min($0, record.attempt.endedAt) }
        } else if case .retry(let time) = record.decision, disabled == nil {
            nextAttemptAt = time
        }
        consequence = AttemptConsequence(nextAttemptAt: nextAttemptAt, disabled: disabled)
    }

    /// Whether the endpoint is another one than before.
    var changesEndpoint: Bool { after != before || consequence.disabled != nil }

    func apply(_ db: Database) throws {
        if isFollowed { try decide(db) } else { try count(db) }
        if after != before { try after.write(to: endpoint, db) }
        guard let reason = consequence.disabled else { return }
        try db.run(
            "UPDATE endpoint SET enabled = 0, disabled_reason = ?, epoch = epoch + 1 WHERE id = ?",
            [reason.rawValue, endpoint.rawValue])
        _ = try Alignment.begin(of: endpoint, at: record.attempt.endedAt, db)
    }

    /// The delivery has one attempt more, and stands as was decided.
    private func decide(_ db: Database) throws {
        let status: DeliveryStatus =
            switch record.decision {
            case .retry: consequence.nextAttemptAt == nil ? .held : .pending
            case .delivered: .delivered
            case .failed, .gone: .failed
            }
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
    private func count(_ db: Database) throws {
        try db.run(
            """
            UPDATE delivery SET next_attempt_at = coalesce(?, next_attempt_at), attempt_count = attempt_count + 1,
                fence = fence + 1
            WHERE id = ?
            """,
            [consequence.nextAttemptAt?.milliseconds, record.deliveryID.rawValue])
    }
}
