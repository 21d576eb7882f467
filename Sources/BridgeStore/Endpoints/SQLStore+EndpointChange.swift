import BridgeCore
import Synchronization

extension SQLStore {
    /// Changes an endpoint. Disabling it holds its pending deliveries; enabling it makes its held ones due now: their
    /// schedules go on where they were.
    public func changeEndpoint(
        _ id: EndpointID, client: ClientID, _ change: EndpointChange, at time: Timestamp
    ) async throws(StoreError) -> (endpoint: Endpoint, due: [DueDelivery])? {
        let changed = try await write { [sealer] db -> (endpoint: Endpoint, due: [DueDelivery])? in
            guard let row = try EndpointRow.find(id, client, lock: .change, sealer, db) else { return nil }
            let before = row.endpoint
            let endpoint = before.changed(by: change)
            let assignments = EndpointRow.changing.map { "\($0) = ?" }.joined(separator: ", ")
            try db.run(
                """
                UPDATE endpoint SET \(assignments),
                    failures = CASE WHEN CAST(? AS BIGINT) IS NULL THEN 0 ELSE failures END
                WHERE id = ?
                """,
                EndpointRow.values(endpoint) + [endpoint.failingSince?.milliseconds, id.rawValue])
            let options = endpoint.options
            if options.headers != before.options.headers || options.tls != before.options.tls {
                let credentials = EndpointCredentials(keys: row.keys, headers: options.headers, tls: options.tls)
                try db.run(
                    "UPDATE endpoint SET credentials = ? WHERE id = ?",
                    [credentials.sealed(for: id, sealer), id.rawValue])
            }
            // The same write once more finds it switched, and tells again what is due.
            let isSwitched = endpoint.enabled != before.enabled || db.isInDoubt && change.enabled != nil
            return (endpoint, isSwitched ? try Alignment.begin(of: id, at: time, db) : [])
        }
        // The header fields and keys that were replaced are to be in no file.
        if change.headers != nil || change.tls != nil { mustEmptyLog.withLock { $0 = true } }
        return changed
    }
}
