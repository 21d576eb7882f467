import BridgeCore

extension SQLStore {
    /// How many open sessions and pending deliveries this instance lacks to have as many as each of the others.
    public func fairShare() async throws(StoreError) -> (sessions: Int, deliveries: Int) {
        try await read { db in try Adoption.fairShare(db) }
    }

    /// Takes over open sessions of instances that are gone, the oldest first.
    public func adoptSessions(limit: Int) async throws(StoreError) -> [OpenSession]? {
        let adoption = Adoption(limit: limit)
        // Looked for by a reader first: mostly there is nothing to write.
        guard try await read({ try adoption.findsSessions($0) }) else { return nil }
        return try await write { [sealer, unreadable] db in
            guard let ids = try adoption.takeSessions(db) else { return nil }
            return try Self.openSessions(ids, "TRUE", sealer, unreadable, db)
        }
    }

    /// Takes over pending deliveries of instances that are gone, the oldest first.
    public func adoptDeliveries(limit: Int) async throws(StoreError) -> [DueDelivery]? {
        guard isShared else { return nil }
        let adoption = Adoption(limit: limit)
        guard try await read({ try adoption.findsDeliveries($0) }) else { return nil }
        return try await write { db in
            guard let ids = try adoption.takeDeliveries(db) else { return nil }
            return try DueDelivery.fetch(
                db, "d.id IN (\(placeholders(ids.count))) ORDER BY d.id", StatementArguments(ids.map(\.columnValue)))
        }
    }

    /// Those of the sessions that are open and the instance's.
    public func openSessions(_ ids: [SessionID]) async throws(StoreError) -> [OpenSession] {
        try await read { [sealer, unreadable] db in
            try Self.openSessions(ids.map(\.rawValue), db.mine.has("s.owner"), sealer, unreadable, db)
        }
    }

    private static func openSessions(
        _ ids: [String], _ condition: String, _ sealer: Sealer, _ unreadable: UnreadableRows, _ db: Database
    ) throws -> [OpenSession] {
        guard !ids.isEmpty else { return [] }
        let rows = SessionRow(sealer: sealer)
        var sessions: [OpenSession] = []
        try db.scan(
            """
            SELECT \(SessionRow.columns) FROM \(SessionRow.tables)
            WHERE s.id IN (\(placeholders(ids.count))) AND s.status IN ('starting', 'pending') AND \(condition)
            ORDER BY s.id
            """, StatementArguments(ids.map(\.columnValue))
        ) { row in
            if let session = try unreadable.passOver(row[0], { try rows.openSession(row) }) { sessions.append(session) }
            return true
        }
        return sessions
    }
}

/// The taking over of what belongs to instances that are gone.
///
/// It has the instances' lock, so that no lease is renewed while it counts as over.
struct Adoption: Sendable {
    let limit: Int

    static let isOpen = "status IN ('starting', 'pending')"

    /// Since when the instance is there, as far as it matters.
    private struct Standing {
        let isLongThere: Bool
    }

    /// `nil`: it is none, and may take over nothing.
    private static func standing(_ db: Database) throws -> Standing? {
        guard db.dialect == .postgreSQL else { return Standing(isLongThere: true) }
        return try db.value(
            """
            SELECT joined_at < statement_timestamp() - interval '\(Ownership.patience)' FROM instance
            WHERE id = ? AND lease_until > statement_timestamp()
            """, [db.mine.id]
        ).map { Standing(isLongThere: $0) }
    }

    /// How many sessions and deliveries are missing for an even division among the instances that may send, and stay.
    static func fairShare(_ db: Database) throws -> (sessions: Int, deliveries: Int) {
        let isShared = db.dialect == .postgreSQL
        let there = """
            SELECT count(*) FROM instance WHERE lease_until > statement_timestamp() AND share > 0 AND NOT is_leaving
            """
        let instances = max(1, isShared ? try db.value(there) ?? 0 : 1)
        func missing(_ table: String, _ condition: String) throws -> Int {
            let count = "count(*) FILTER (WHERE owner = '\(db.mine.id)')"
            let row = try db.row("SELECT count(*), \(count) FROM \(table) WHERE \(condition)")
            let (all, own): (Int, Int) = row.map { ($0[0], $0[1]) } ?? (0, 0)
            return max(0, (all + instances - 1) / instances - own)
        }
        return (try missing("session", isOpen), isShared ? try missing("delivery", "status = 'pending'") : 0)
    }

    /// Whether some session, or some key, can be taken over.
    func findsSessions(_ db: Database) throws -> Bool {
        guard let isLongThere = try Self.standing(db)?.isLongThere else { return false }
        let isGone = db.mine.isGone("o.owner", isLongThere: isLongThere)
        return try db.row("SELECT 1 FROM (\(Self.sessionOwners)) AS o WHERE \(isGone) LIMIT 1") != nil
            || db.row("SELECT 1 FROM idempotency WHERE \(db.mine.isLost(keyWhenLongThere: isLongThere)) LIMIT 1") != nil
    }

    /// Whether some delivery can.
    func findsDeliveries(_ db: Database) throws -> Bool {
        guard let isLongThere = try Self.standing(db)?.isLongThere else { return false }
        let isGone = db.mine.isGone("o.owner", isLongThere: isLongThere)
        return try db.row("SELECT 1 FROM (\(Self.deliveryOwners)) AS o WHERE \(isGone) LIMIT 1") != nil
    }

    static let sessionOwners = Ownership.owners(in: "session", where: isOpen)
    static let deliveryOwners = Ownership.owners(in: "delivery", where: "status = 'pending'")

    /// Makes sessions this instance's, under a new epoch, and frees the keys of what was cut; the ids. `nil`: there was
    /// nothing to take, or others have it under their hands.
    func takeSessions(_ db: Database) throws -> [String]? {
        try db.lock(.instances)
        guard let isLongThere = try Self.standing(db)?.isLongThere else { return nil }
        let ids = try db.values(
            """
            SELECT id FROM session WHERE \(Self.isOpen) AND \(db.mine.isGone("session.owner", isLongThere: isLongThere))
            ORDER BY id LIMIT ? \(db.dialect.lock(.change, of: "session", skipping: true))
            """, [limit], as: String.self)
        if !ids.isEmpty {
            try db.run(
                "UPDATE session SET owner = ?, epoch = epoch + 1 WHERE id IN (\(placeholders(ids.count)))",
                [db.mine.id] + StatementArguments(ids.map(\.columnValue)))
        }
        let freed = try db.changes("DELETE FROM idempotency WHERE \(db.mine.isLost(keyWhenLongThere: isLongThere))")
        return ids.isEmpty && freed == 0 ? nil : ids
    }

    /// Makes deliveries this instance's. With the new fence the verdict of an attempt under way is not followed; the
    /// ids.
    func takeDeliveries(_ db: Database) throws -> [String]? {
        try db.lock(.instances)
        guard let isLongThere = try Self.standing(db)?.isLongThere else { return nil }
        let ids = try db.values(
            """
            SELECT id FROM delivery
            WHERE status = 'pending' AND \(db.mine.isGone("delivery.owner", isLongThere: isLongThere))
            ORDER BY id LIMIT ? \(db.dialect.lock(.change, of: "delivery", skipping: true))
            """, [limit], as: String.self)
        guard !ids.isEmpty else { return nil }
        try db.run(
            "UPDATE delivery SET fence = fence + 1\(db.mine.assignment) WHERE id IN (\(placeholders(ids.count)))",
            StatementArguments(ids.map(\.columnValue)))
        return ids
    }
}
