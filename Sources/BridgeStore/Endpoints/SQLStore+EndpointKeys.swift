import BridgeCore
import Synchronization

extension SQLStore {
    /// Gives an endpoint new keys; the present ones sign too until `overlapUntil`.
    public func rotateKeys(
        _ id: EndpointID, client: ClientID, to keys: SigningKeys, overlapUntil: Timestamp, at time: Timestamp,
        key: IdempotencyKey?, answer: KeptAnswer
    ) async throws(StoreError) -> Keyed<Bool> {
        let kept = seal(answer, for: key)
        let rotated = try await write { [sealer] db in
            try KeptAnswers(db: db, sealer: sealer).once(key, at: time, kept, keepIf: { $0 }) {
                guard let row = try EndpointRow.find(id, client, lock: .change, sealer, db) else { return false }
                // The same write once more must not lose the keys before.
                if row.keys.current == keys { return true }
                let credentials = EndpointCredentials(
                    keys: row.keys.rotated(to: keys, overlapUntil: overlapUntil, at: time),
                    headers: row.endpoint.options.headers, tls: row.endpoint.options.tls)
                try db.run(
                    "UPDATE endpoint SET credentials = ? WHERE id = ?",
                    [credentials.sealed(for: id, sealer), id.rawValue])
                return true
            }
        }
        // What signs no more is to be in no file.
        if case .done(true) = rotated { mustEmptyLog.withLock { $0 = true } }
        return rotated
    }

    /// The keys of an endpoint that signs with a key pair, whoever asks.
    public func keys(of id: EndpointID) async throws(StoreError) -> EndpointKeys? {
        try await read { [sealer] db in
            try db.row(
                "SELECT credentials FROM endpoint WHERE id = ? AND signature = ? AND deleted_at IS NULL",
                [id.rawValue, SignatureScheme.v1a.rawValue]
            ).map { try EndpointCredentials($0[0], of: id, sealer).keys }
        }
    }
}
