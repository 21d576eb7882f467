import BridgeCore
import Failpoints
import Foundation

extension SQLStore {
    /// Seals every value with the first encryption key that is not, and forgets the other keys: from then on the store
    /// opens with that key alone.
    ///
    /// It works beside a running service, a batch in a write. Interrupted, it leaves a store that opens with all the
    /// keys, and whose next resealing goes on. A store without encryption is an error.
    ///
    /// - Returns: How many values were sealed anew.
    public func reseal() async throws(StoreError) -> Int {
        guard let keyID = sealer.sealingKeyID else {
            throw .unavailable("the store was made without encryption: there is nothing to seal anew")
        }
        var count = 0
        for column in SealedColumn.allCases where column != .keyProof { count += try await reseal(column, keyID) }
        // Whatever was sealed since was sealed with the first key: only this process writes.
        try await write { db in try db.run("DELETE FROM sealing_key WHERE key_id <> ?", [keyID]) }
        // The log still holds what the other keys open.
        await engine.emptyLog()
        return count
    }

    /// Seals the values of a column anew; how many.
    private func reseal(_ column: SealedColumn, _ keyID: Data) async throws(StoreError) -> Int {
        var count = 0
        var reached: StatementArguments?
        while true {
            let after = reached
            let batch = try await read { db in try SealedValue.batch(of: column, after: after, notSealedBy: keyID, db) }
            guard let last = batch.last else { return count }
            reached = last.key
            let anew = try seal(batch)
            count += try await write(bytes: anew.reduce(0) { $0 + $1.sealed.count }) { db in
                try anew.reduce(0) { sum, item in
                    // What was changed meanwhile was sealed with the first key.
                    sum
                        + (try db.changes(
                            """
                            UPDATE \(column.table) SET \(column.name) = ?
                            WHERE \(column.name) = ? AND (\(column.key.joined(separator: ", "))) = (\(column.keyParameters))
                            """, [item.sealed, item.value.sealed] + item.value.key))
                }
            }
            Failpoint.hit(.resealed)
        }
    }

    private func seal(_ batch: [SealedValue]) throws(StoreError) -> [(value: SealedValue, sealed: Data)] {
        do {
            return try batch.map { value in
                (value, sealer.seal(try sealer.open(value.sealed, at: value.place), at: value.place))
            }
        } catch {
            throw StoreError(error)
        }
    }
}
