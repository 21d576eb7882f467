import Testing

@testable import BridgeStore

/// The tables of both engines are the same, but for what several instances need.
@Suite struct PostgreSQLSchemaTests {
    private let text = PostgreSQLSchema.versions.flatMap(\.statements).joined(separator: "\n")
    private let types = ["INTEGER": "BIGINT", "TEXT": "TEXT COLLATE \"C\"", "BLOB": "BYTEA"]

    /// The columns of a table on PostgreSQL, each as it is declared.
    private func columns(_ table: Substring) -> [Substring] {
        table.split(separator: "\n").dropFirst().prefix { $0.hasPrefix("    ") }.map { $0.drop { $0 == " " } }
            .filter { line in !["CHECK", "UNIQUE", "PRIMARY", "--"].contains { line.hasPrefix($0) } }
    }

    @Test func theColumnsAreTheSame() async throws {
        var wanted: [String: [String]] = [:]
        let rows = try await StoreFolder().open().read { db in
            try db.rows(
                """
                SELECT t.name, c.name, c.type, c."notnull" OR c.pk > 0 FROM sqlite_master t
                    JOIN pragma_table_info(t.name) c
                WHERE t.type = 'table' AND t.name NOT LIKE 'grdb%'
                """)
        }
        for row in rows {
            let isNeeded: Bool = row[3]
            wanted[row[0], default: []].append("\(row[1] as String) \(types[row[2]]!)\(isNeeded ? " !" : "")")
        }
        var found: [String: [String]] = [:]
        for table in text.split(separator: "CREATE TABLE ") {
            found[String(table.prefix { $0 != " " })] = columns(table).map { column in
                let type = types.values.first { column.contains(" \($0)") } ?? "?"
                let isNeeded =
                    column.contains("NOT NULL") || column.contains("PRIMARY KEY")
                    || table.contains("PRIMARY KEY (\(column.prefix { $0 != " " }),")
                return "\(column.prefix { $0 != " " }) \(type)\(isNeeded ? " !" : "")"
            }
        }
        #expect(found.removeValue(forKey: "instance") != nil)
        for table in ["delivery", "idempotency"] { found[table]?.removeAll { $0.hasPrefix("owner ") } }
        #expect(found.mapValues { $0.sorted() } == wanted.mapValues { $0.sorted() })
    }

    @Test func theIndexesAreTheSame() async throws {
        let names = try await StoreFolder().open().read { db in
            try db.values("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL", as: String.self)
        }
        let found = text.matches(of: /INDEX (\w+) ON/).map { String($0.1) }
        #expect(Set(found).subtracting(["delivery_owner", "session_cancelled"]) == Set(names))
    }

    @Test func theVersionIsThatOfSQLite() async throws {
        let version = try await StoreFolder().open().facts().schemaVersion
        #expect(PostgreSQLSchema.versions.last?.name == version)
    }
}
