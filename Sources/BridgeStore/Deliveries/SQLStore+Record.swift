import BridgeCore

extension SQLStore {
    /// Records an attempt and what follows it, in one commit.
    ///
    /// The same record once more, after a write whose commit was in doubt, changes nothing and tells how things stand.
    ///
    /// The attempts of an endpoint do not wait for each other: only one that changes the endpoint locks it. It has
    /// locked the delivery by then, so it does not wait, but runs again and locks the endpoint first.
    public func record(_ record: AttemptRecord) async throws(StoreError) -> AttemptConsequence {
        let row = AttemptRow(record.attempt, sealer)
        return try await write { db in
            if db.isRerun {
                try db.lock(
                    "endpoint", where: "id = (SELECT endpoint_id FROM delivery WHERE id = ?)",
                    [record.deliveryID.rawValue], .change)
            }
            guard var standing = try Standing(record, db) else { return AttemptConsequence(nextAttemptAt: nil) }
            if standing.isRecorded {
                return AttemptConsequence(nextAttemptAt: standing.now.retryAt, disabled: standing.disabled)
            }
            var verdict = AttemptVerdict(record, standing.now)
            if verdict.changesEndpoint(standing), db.dialect.locksRows, !db.isRerun {
                guard try db.lockAtOnce("endpoint", id: standing.endpointID.rawValue, .change),
                    let latest = try Standing(record, db)
                else { throw LookAgain() }
                standing = latest
                verdict = AttemptVerdict(record, latest.now)
            }
            try verdict.write(record, standing, db)
            try row.insert(of: record.deliveryID, disabled: verdict.consequence.disabled, db)
            return verdict.consequence
        }
    }
}
