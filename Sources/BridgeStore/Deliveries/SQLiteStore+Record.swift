import BridgeCore
import GRDB

extension SQLiteStore {
    /// Records an attempt and what follows it, in one commit.
    ///
    /// The same record once more, after a write whose commit was in doubt, changes nothing and has the same answer.
    public func record(_ record: AttemptRecord) async throws(StoreError) -> AttemptConsequence {
        let row = AttemptRow(record.attempt, sealer)
        return try await writer.write { db in
            guard let standing = try Standing(record, db) else { return AttemptConsequence(followed: false) }
            if let recorded = standing.recorded { return recorded }
            let verdict = AttemptVerdict(record, standing)
            try verdict.apply(to: record.deliveryID, db)
            try row.insert(of: record.deliveryID, verdict.consequence, db)
            try verdict.apply(to: standing.endpointID, db)
            return verdict.consequence
        }
    }
}
