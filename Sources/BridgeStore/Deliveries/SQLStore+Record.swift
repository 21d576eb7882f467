import BridgeCore

extension SQLStore {
    /// Records an attempt and what follows it, in one commit.
    ///
    /// The same record once more, after a write whose commit was in doubt, changes nothing and tells how things stand.
    public func record(_ record: AttemptRecord) async throws(StoreError) -> AttemptConsequence {
        let row = AttemptRow(record.attempt, sealer)
        return try await write { db in
            guard let standing = try Standing(record, db) else { return AttemptConsequence(nextAttemptAt: nil) }
            if standing.isRecorded {
                return AttemptConsequence(nextAttemptAt: standing.retryAt, disabled: standing.disabled)
            }
            let verdict = AttemptVerdict(record, standing)
            try verdict.apply(db)
            try row.insert(of: record.deliveryID, disabled: verdict.consequence.disabled, db)
            return verdict.consequence
        }
    }
}
