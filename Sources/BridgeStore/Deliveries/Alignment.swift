import BridgeCore

/// Brings the open deliveries of an endpoint that was enabled, disabled or removed in line with it: they are due, held
/// or abandoned.
///
/// A commit does so many at most, lest others wait for it, and records how far it came. What is opened later is in line
/// from its beginning, so it ends with the last that was open when it began.
struct Alignment {
    /// How many deliveries the endpoint's own commit brings in line.
    static let maximumAtOnce = 1000

    private let endpoint: EndpointID
    /// The last delivery that is in line, and the last that is to be.
    private let cursor: String
    private let last: String

    /// Begins, in the commit that changes the endpoint, which is locked. The deliveries that are due.
    static func begin(of endpoint: EndpointID, at time: Timestamp, _ db: Database) throws -> [DueDelivery] {
        let last = try db.value(
            "SELECT max(id) FROM \(deliveries(db.dialect)) WHERE endpoint_id = ? AND \(isOpen)",
            [endpoint.rawValue], as: String.self)
        let alignment = Alignment(endpoint: endpoint, cursor: "", last: last ?? "")
        return try alignment.proceed(limit: maximumAtOnce, at: time, db)
    }

    /// Whether one is recorded.
    static func isRecorded(_ db: Database) throws -> Bool {
        try db.row("SELECT 1 FROM alignment LIMIT 1") != nil
    }

    /// The one that is furthest behind, its endpoint locked; `nil` when none is recorded, or others are at them all.
    static func next(_ db: Database) throws -> Alignment? {
        try db.row(
            """
            SELECT a.endpoint_id, a.cursor, a.last FROM alignment a JOIN endpoint n ON n.id = a.endpoint_id
            ORDER BY a.cursor, a.endpoint_id LIMIT 1 \(db.dialect.lock(.change, of: "n, a", skipping: true))
            """
        ).map { Alignment(endpoint: EndpointID(stored: $0[0]), cursor: $0[1], last: $0[2]) }
    }

    /// Brings so many in line with the endpoint as it is now, and records how far it came. The deliveries that are due.
    ///
    /// The endpoint is locked: only who has it touches its alignment.
    func proceed(limit: Int, at time: Timestamp, _ db: Database) throws -> [DueDelivery] {
        let ids = try db.values(
            Self.search(db.dialect), [endpoint.rawValue, cursor, last, limit], as: String.self)
        if let reached = ids.last, reached < last {
            try db.run(
                """
                INSERT INTO alignment (endpoint_id, cursor, last) VALUES (?, ?, ?)
                ON CONFLICT (endpoint_id) DO UPDATE SET cursor = excluded.cursor, last = excluded.last
                """,
                [endpoint.rawValue, reached, last])
        } else {
            try db.run("DELETE FROM alignment WHERE endpoint_id = ?", [endpoint.rawValue])
        }
        let state = try db.row("SELECT enabled, deleted_at IS NOT NULL FROM endpoint WHERE id = ?", [endpoint.rawValue])
        guard let state, let reached = ids.last else { return [] }
        let range: StatementArguments = [endpoint.rawValue, cursor, reached]
        if state[1] {
            try abandon(range, at: time, db)
        } else if state[0] {
            return try release(range, at: time, db)
        } else {
            try hold(range, db)
        }
        return []
    }

    /// The deliveries of the next step that are due as they are.
    func due(limit: Int, _ db: Database) throws -> [DueDelivery] {
        try DueDelivery.fetch(
            db, "d.endpoint_id = ? AND d.id > ? AND d.id <= ? ORDER BY d.id LIMIT ?",
            [endpoint.rawValue, cursor, last, limit])
    }

    static func search(_ dialect: Dialect) -> String {
        """
        SELECT id FROM \(deliveries(dialect))
        WHERE endpoint_id = ? AND \(isOpen) AND id > ? AND id <= ? ORDER BY id LIMIT ?
        """
    }

    private static func deliveries(_ dialect: Dialect) -> String {
        "delivery \(dialect.indexed(by: "delivery_open"))"
    }

    private static let isOpen = "status IN ('pending', 'held')"

    /// One that never came to be held lost its place in memory all the same: it is due too.
    private func release(_ range: StatementArguments, at time: Timestamp, _ db: Database) throws -> [DueDelivery] {
        let time = time.milliseconds
        try db.run(
            """
            UPDATE \(Self.deliveries(db.dialect)) SET status = 'pending',
                next_attempt_at = CASE WHEN next_attempt_at < ? THEN next_attempt_at ELSE ? END\(db.mine.assignment)
            WHERE \(Self.isInRange)
            """, [time, time] + range)
        return try DueDelivery.fetch(db, "d.endpoint_id = ? AND d.id > ? AND d.id <= ? ORDER BY d.id", range)
    }

    private func hold(_ range: StatementArguments, _ db: Database) throws {
        try db.run(
            """
            UPDATE \(Self.deliveries(db.dialect)) SET status = 'held', next_attempt_at = NULL
            WHERE \(Self.isInRange) AND status = 'pending'
            """, range)
    }

    private func abandon(_ range: StatementArguments, at time: Timestamp, _ db: Database) throws {
        try db.run(
            """
            UPDATE \(Self.deliveries(db.dialect)) SET status = 'abandoned', next_attempt_at = NULL, ended_at = ?
            WHERE \(Self.isInRange)
            """, [time.milliseconds] + range)
    }

    /// One statement for a whole step, however far the database is. Nothing is added to the range meanwhile: who adds a
    /// delivery has its endpoint locked.
    private static let isInRange = "endpoint_id = ? AND \(isOpen) AND id > ? AND id <= ?"
}
