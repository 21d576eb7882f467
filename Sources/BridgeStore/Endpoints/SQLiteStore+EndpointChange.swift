import BridgeCore
import GRDB

extension SQLiteStore {
    /// Changes an endpoint. Disabling it holds its pending deliveries; enabling it makes its held ones due now: their
    /// schedules go on where they were.
    public func changeEndpoint(
        _ id: EndpointID, client: ClientID, _ change: EndpointChange, at time: Timestamp
    ) async throws(StoreError) -> (endpoint: Endpoint, due: [DueDelivery])? {
        try await writer.write { db in
            guard var endpoint = try EndpointRow.find(id, client, db) else { return nil }
            let wasEnabled = endpoint.enabled
            endpoint.apply(change)
            try db.run(
                """
                UPDATE endpoint SET url = ?, events = ?, description = ?, enabled = ?, disabled_reason = ?
                WHERE id = ?
                """,
                [
                    endpoint.url, EndpointRow.text(endpoint.events), endpoint.description, endpoint.enabled,
                    endpoint.disabledReason?.rawValue, id.rawValue,
                ])
            switch (wasEnabled, endpoint.enabled) {
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
            db, "endpoint_id = ? AND status IN ('pending', 'held') AND status = 'pending' ORDER BY id",
            [endpoint.rawValue])
    }
}

extension Endpoint {
    fileprivate mutating func apply(_ change: EndpointChange) {
        url = change.url ?? url
        events = change.events ?? events
        description = change.description ?? description
        guard let enabled = change.enabled, enabled != self.enabled else { return }
        self.enabled = enabled
        disabledReason = enabled ? nil : .byClient
    }
}
