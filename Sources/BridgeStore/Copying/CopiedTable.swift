/// A table that a copy of the store has too, and how its rows are put in order.
struct CopiedTable: Sendable {
    let name: String
    /// The columns of a key, in whose order the rows are read.
    let key: [String]
    /// How many rows are read and written at once.
    let rows: Int

    init(_ name: String, by key: String..., rows: Int = 500) {
        self.name = name
        self.key = key
        self.rows = rows
    }

    /// All, those before that others refer to. The identity comes last: without it, a copy that was cut cannot be
    /// opened.
    static let all = [
        CopiedTable("client", by: "id"), CopiedTable("api_key", by: "id"), CopiedTable("endpoint", by: "id"),
        CopiedTable("session", by: "id"), CopiedTable("session_personal", by: "session_id"),
        CopiedTable("file_chunk", by: "session_id", "epoch", "number", rows: 2),
        CopiedTable("unwanted_file", by: "session_id", "epoch"), CopiedTable("event", by: "id"),
        CopiedTable("delivery", by: "id"), CopiedTable("attempt", by: "client_id", "id", "started_at"),
        CopiedTable("recovery", by: "endpoint_id"), CopiedTable("alignment", by: "endpoint_id"),
        CopiedTable("idempotency", by: "client_id", "digest"), CopiedTable("sealing_key", by: "key_id"),
        CopiedTable(identity, by: "name"),
    ]
    static let identity = "meta"

    /// The columns that both engines have, the key first.
    func columns(_ db: Database) throws -> [String] {
        let named =
            switch db.dialect {
            case .sqlite: "SELECT name FROM pragma_table_info(?)"
            case .postgreSQL:
                """
                SELECT attname::text FROM pg_attribute
                WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped
                """
            }
        // Which instance has a delivery in its queue, or a key reserved, is of no use elsewhere.
        let others = try db.values(named, [name], as: String.self)
            .filter { !key.contains($0) && !(["delivery", "idempotency"].contains(name) && $0 == "owner") }
        return key + others.sorted()
    }

    /// The rows after one with that key, or the first.
    func page(after last: [ColumnValue]?, _ columns: [String], _ db: Database) throws -> [[ColumnValue]] {
        let keys = key.joined(separator: ", ")
        let marks = key.map { _ in "?" }.joined(separator: ", ")
        let rest = last == nil ? "" : "WHERE (\(keys)) > (\(marks))"
        let rows = try db.rows(
            "SELECT \(columns.joined(separator: ", ")) FROM \(name) \(rest) ORDER BY \(keys) LIMIT \(rows)",
            StatementArguments(last ?? []))
        return rows.map { row in columns.indices.map { row[$0] as ColumnValue } }
    }

    /// Writes rows; those that are there already stay.
    func insert(_ rows: [[ColumnValue]], _ columns: [String], _ db: Database) throws {
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        for row in rows {
            try db.run(
                "INSERT INTO \(name) (\(columns.joined(separator: ", "))) VALUES (\(marks)) ON CONFLICT DO NOTHING",
                StatementArguments(row))
        }
    }
}
