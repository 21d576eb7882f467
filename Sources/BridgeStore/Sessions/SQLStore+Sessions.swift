import BridgeCore
import Foundation

extension SQLStore {
    /// A session that the API shows: not one that is starting.
    public func session(_ id: SessionID, client: ClientID) async throws(StoreError) -> Session? {
        try await read { [sealer] db in try Self.shownSession(id, client, sealer, db) }
    }

    /// A client's sessions, newest first.
    public func sessions(
        _ filter: SessionFilter, client: ClientID, page: PageRequest
    ) async throws(StoreError) -> Page<Session> {
        let isExceptional = filter.status.map { $0 != .completed } ?? false
        var query = ListQuery(
            SessionRow.columns, from: "session", "s", by: isExceptional ? "session_exceptional" : "session_client",
            joins: SessionRow.personal, of: client, in: engine.dialect)
        query.add("s.status <> 'starting'")
        if let status = filter.status { query.add("s.status = ?", status.rawValue) }
        if isExceptional { query.add("s.status <> 'completed'") }
        if let kind = filter.kind { query.add("s.kind = ?", kind) }
        let rows = SessionRow(sealer: sealer)
        return try await list(query, page) { try rows.session($0) }
    }

    static func shownSession(_ id: SessionID, _ client: ClientID, _ sealer: Sealer, _ db: Database) throws -> Session? {
        try db.row(
            """
            SELECT \(SessionRow.columns) FROM \(SessionRow.tables)
            WHERE s.id = ? AND s.client_id = ? AND s.status <> 'starting'
            """,
            [id.rawValue, client.rawValue]
        ).map { try SessionRow(sealer: sealer).session($0) }
    }
}
