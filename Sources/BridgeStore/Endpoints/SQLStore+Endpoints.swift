import BridgeCore
import Foundation
import Synchronization

extension SQLStore {
    /// Registers an endpoint, unless its client has `limit` others.
    public func createEndpoint(
        _ endpoint: Endpoint, atMost limit: Int, keys: SigningKeys, key: IdempotencyKey?, answer: KeptAnswer
    ) async throws(StoreError) -> Keyed<Bool> {
        let credentials = EndpointCredentials(
            keys: EndpointKeys(current: keys), headers: endpoint.options.headers, tls: endpoint.options.tls)
        let sealed = credentials.sealed(for: endpoint.id, sealer)
        let kept = seal(answer, for: key)
        return try await write { [sealer] db in
            try KeptAnswers(db: db, sealer: sealer).once(key, at: endpoint.createdAt, kept, keepIf: { $0 }) {
                // No other one is registered while they are counted.
                try db.lock("client", where: "id = ?", [endpoint.clientID.rawValue], .change)
                // The same write once more must not count itself.
                let others = try db.value(
                    "SELECT count(*) FROM endpoint WHERE client_id = ? AND deleted_at IS NULL AND id <> ?",
                    [endpoint.clientID.rawValue, endpoint.id.rawValue], as: Int.self)
                guard others ?? 0 < limit else { return false }
                let columns = EndpointRow.changing
                try db.run(
                    """
                    INSERT INTO endpoint (id, client_id, created_at, credentials, \(columns.joined(separator: ", ")))
                    VALUES (?, ?, ?, ?\(String(repeating: ", ?", count: columns.count))) ON CONFLICT (id) DO NOTHING
                    """,
                    [endpoint.id.rawValue, endpoint.clientID.rawValue, endpoint.createdAt.milliseconds, sealed]
                        + EndpointRow.values(endpoint))
                return true
            }
        }
    }

    /// An endpoint of a client.
    public func endpoint(_ id: EndpointID, client: ClientID) async throws(StoreError) -> Endpoint? {
        try await read { [sealer] db in try EndpointRow.find(id, client, sealer, db)?.endpoint }
    }

    /// A client's endpoints, newest first.
    public func endpoints(client: ClientID, page: PageRequest) async throws(StoreError) -> Page<Endpoint> {
        var query = ListQuery(
            EndpointRow.columns, from: "endpoint", "n", by: "endpoint_client", of: client, in: engine.dialect)
        query.add("n.deleted_at IS NULL")
        return try await list(query, page) { [sealer] in try EndpointRow($0, sealer).endpoint }
    }

    /// Removes an endpoint and all that is secret of it; its open deliveries are abandoned and stay readable.
    ///
    /// - Returns: The endpoint, not enabled any more, with an epoch that ends what was known of it.
    public func deleteEndpoint(
        _ id: EndpointID, client: ClientID, at time: Timestamp
    ) async throws(StoreError) -> Endpoint? {
        let latest = Mutex<Endpoint?>(nil)
        let removed = try await write { [sealer] db -> Endpoint? in
            guard var endpoint = try EndpointRow.find(id, client, lock: .change, sealer, db)?.endpoint else {
                // It is gone, as was asked: most likely by the commit that is in doubt.
                return db.isInDoubt ? latest.withLock { $0 } : nil
            }
            endpoint.epoch += 1
            endpoint.enabled = false
            try db.run(
                """
                UPDATE endpoint SET deleted_at = ?, enabled = 0, epoch = ?, failing_since = NULL, failures = 0,
                    credentials = NULL
                WHERE id = ?
                """,
                [time.milliseconds, endpoint.epoch, id.rawValue])
            try db.run("DELETE FROM recovery WHERE endpoint_id = ?", [id.rawValue])
            _ = try Alignment.begin(of: id, at: time, db)
            latest.withLock { [endpoint] in $0 = endpoint }
            return endpoint
        }
        if removed != nil { mustEmptyLog.withLock { $0 = true } }
        return removed
    }

    /// How many endpoints are not well.
    public func endpointCounts() async throws(StoreError) -> EndpointCounts {
        try await read { db in
            let rows = try db.rows(Self.unwellEndpoints)
            return try rows.reduce(into: EndpointCounts()) { counts, row in
                if let reason = try row.optionalWord(0, as: DisabledReason.self) {
                    counts.disabled[reason] = row[1]
                } else {
                    counts.failing = row[1]
                }
            }
        }
    }

    /// Those without a reason are enabled.
    static let unwellEndpoints = """
        SELECT disabled_reason, count(*) FROM endpoint
        WHERE deleted_at IS NULL AND (enabled = 0 OR failing_since IS NOT NULL) GROUP BY disabled_reason
        """
}
