import BridgeCore
import GRDB

/// What an attempt's record changes.
struct AttemptVerdict {
    let consequence: AttemptConsequence
    private let record: AttemptRecord
    private let standing: Standing
    /// Since when the endpoint has only failed, this attempt included.
    private let failingSince: Timestamp?

    init(_ record: AttemptRecord, _ standing: Standing) {
        self.record = record
        self.standing = standing
        let isFollowed =
            record.decision == .delivered
            ? [.pending, .held, .abandoned].contains(standing.status)
            : standing.status == .pending && standing.fence == record.fence
        var disabled: DisabledReason?
        switch record.attempt.result.error {
        case nil:
            failingSince = nil
        case let error? where isFollowed && error != .shutdown:
            let since = standing.failingSince ?? record.attempt.endedAt
            failingSince = since
            if standing.isEnabled {
                disabled = record.decision == .gone ? .gone : since <= record.failingCutoff ? .failing : nil
            }
        default:
            // It was cut, or it may have failed at what the endpoint was before: only a success counts then.
            failingSince = standing.failingSince
        }
        consequence = AttemptConsequence(followed: isFollowed, disabled: disabled)
    }

    /// Its delivery has one attempt more, and stands as was decided when that is followed.
    func apply(to delivery: DeliveryID, _ db: Database) throws {
        guard consequence.followed else {
            return try db.run(
                "UPDATE delivery SET attempt_count = attempt_count + 1, fence = fence + 1 WHERE id = ?",
                [delivery.rawValue])
        }
        var status = DeliveryStatus.pending
        var nextAttemptAt: Timestamp?
        switch record.decision {
        case .retry(let time): nextAttemptAt = time
        case .delivered: status = .delivered
        case .failed, .gone: status = .failed
        }
        try db.run(
            """
            UPDATE delivery SET status = ?, next_attempt_at = ?, ended_at = ?, attempt_count = attempt_count + 1,
                counted_attempts = counted_attempts + ?, fence = fence + 1
            WHERE id = ?
            """,
            [
                status.rawValue, nextAttemptAt?.milliseconds,
                status == .pending ? nil : record.attempt.endedAt.milliseconds,
                record.attempt.result.error == .shutdown ? 0 : 1, delivery.rawValue,
            ])
    }

    /// Writes nothing when the endpoint stands as before: the usual case.
    func apply(to endpoint: EndpointID, _ db: Database) throws {
        if failingSince != standing.failingSince {
            try db.run(
                "UPDATE endpoint SET failing_since = ? WHERE id = ?",
                [failingSince?.milliseconds, endpoint.rawValue])
        }
        if let reason = consequence.disabled {
            try db.run(
                "UPDATE endpoint SET enabled = 0, disabled_reason = ? WHERE id = ?",
                [reason.rawValue, endpoint.rawValue])
            try SQLiteStore.holdDeliveries(of: endpoint, db)
        }
    }
}
