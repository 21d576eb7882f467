import BridgeCore
import GRDB

extension SQLiteStore {
    /// Changes an endpoint. Disabling it holds its pending deliveries; enabling it makes its held ones due now: their
    /// schedules go on where they were.
    public func changeEndpoint(
        _ id: EndpointID, client: ClientID, _ change: EndpointChange, at time: Timestamp
    ) async throws(StoreError) -> (endpoint: Endpoint, due: [DueDelivery])? {
        try await writer.write { [sealer] db in
            guard let row = try EndpointRow.find(id, client, sealer, db) else { return nil }
            let before = row.endpoint
            let endpoint = before.changed(by: change)
            let assignments = EndpointRow.changing.map { "\($0) = ?" }.joined(separator: ", ")
            try db.run(
                "UPDATE endpoint SET \(assignments) WHERE id = ?", EndpointRow.values(endpoint) + [id.rawValue])
            let options = endpoint.options
            if options.headers != before.options.headers || options.tls != before.options.tls {
                let credentials = EndpointCredentials(keys: row.keys, headers: options.headers, tls: options.tls)
                try db.run(
                    "UPDATE endpoint SET credentials = ? WHERE id = ?",
                    [credentials.sealed(for: id, sealer), id.rawValue])
            }
            switch (before.enabled, endpoint.enabled) {
            case (true, false):
                try Self.holdDeliveries(of: id, db)
                return (endpoint, [])
            case (false, true):
                return (endpoint, try Self.releaseDeliveries(of: id, at: time, db))
            default:
                return (endpoint, [])
            }
        }
    }

    static func holdDeliveries(of endpoint: EndpointID, _ db: Database) throws {
        try db.run(
            """
            UPDATE delivery SET status = 'held', next_attempt_at = NULL
            WHERE endpoint_id = ? AND status IN ('pending', 'held') AND status = 'pending'
            """,
            [endpoint.rawValue])
    }

    private static func releaseDeliveries(
        of endpoint: EndpointID, at time: Timestamp, _ db: Database
    ) throws -> [DueDelivery] {
        try db.run(
            """
            UPDATE delivery SET status = 'pending', next_attempt_at = ?
            WHERE endpoint_id = ? AND status IN ('pending', 'held') AND status = 'held'
            """,
            [time.milliseconds, endpoint.rawValue])
        return try DueDelivery.fetch(
            db, "d.endpoint_id = ? AND d.status IN ('pending', 'held') AND d.status = 'pending' ORDER BY d.id",
            [endpoint.rawValue])
    }
}
