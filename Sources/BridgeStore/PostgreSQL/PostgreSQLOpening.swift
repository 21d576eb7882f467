import BridgeCore
import PostgreSQLClient

/// Makes or examines the tables, in one transaction: whatever it refuses is left as it is.
struct PostgreSQLOpening {
    let connection: PostgreSQLConnection
    let location: String
    let create: Bool
    let sealer: Sealer

    /// The oldest version that is supported.
    private static let oldestServer = 13_00_00
    /// One process at a time looks at the tables: the first makes them.
    private static let lock = Int64(0x6d73_6272_6964_6765)

    /// The store's identity, once everything is as it has to be.
    func run() throws -> StoreIdentity {
        try examineServer()
        return try connection.transaction(limit: .seconds(60)) { _ in
            let db = Database(PostgreSQLTransaction(connection: connection))
            try db.run("SELECT pg_advisory_xact_lock(\(Self.lock))")
            let hasTables = try db.value("SELECT to_regclass('schema_version') IS NOT NULL", as: Bool.self) == true
            guard hasTables || create else { throw StoreOpenError.noStore(path: location) }
            let applied = hasTables ? try db.values("SELECT name FROM schema_version", as: String.self) : []
            try migrate(from: applied, db)
            try examineRights(db)
            try StoreIdentity.addKey(of: sealer, db)
            return try StoreIdentity(db, sealer)
        }
    }

    /// Whether a commit is on disk when the server says so.
    func commitsAreDurable() throws -> Bool {
        let value = try connection.query("SELECT current_setting('synchronous_commit')").rows.first?.first
        return value != .text("off")
    }

    private func examineServer() throws {
        guard connection.serverVersion >= Self.oldestServer else {
            let version = connection.parameter("server_version") ?? "\(connection.serverVersion)"
            throw failed("it is on PostgreSQL \(version), and 13 is the oldest that is supported")
        }
        let encoding = connection.parameter("server_encoding") ?? "not known"
        guard encoding == "UTF8" else { throw failed("the database's encoding is \(encoding), not UTF8") }
        let mode = try connection.query("SELECT current_setting('transaction_read_only')").rows.first?.first
        guard mode == .text("off") else {
            throw failed("the server only reads: name the primary, or all servers and target_session_attrs=read-write")
        }
    }

    private func migrate(from applied: [String], _ db: Database) throws {
        let names = PostgreSQLSchema.versions.map(\.name)
        guard applied.allSatisfy(names.contains) else { throw StoreOpenError.newer(path: location) }
        if !applied.isEmpty { try StoreIdentity.checkKeys(db, sealer, path: location) }
        let missing = PostgreSQLSchema.versions.filter { !applied.contains($0.name) }
        guard create || missing.isEmpty else { throw failed("its tables are of an older version: serve renews them") }
        guard !missing.isEmpty else { return }
        if applied.isEmpty {
            do throws(PostgreSQLError) {
                try connection.run("CREATE TABLE schema_version (name TEXT COLLATE \"C\" PRIMARY KEY)")
                for version in missing { try make(version) }
            } catch {
                // A table of that name is there already.
                throw error.sqlState == "42P07" ? StoreOpenError.foreign(path: location) : error
            }
            try StoreIdentity.create(db, sealer)
        } else {
            for version in missing { try make(version) }
        }
    }

    private func make(_ version: PostgreSQLSchema.Version) throws(PostgreSQLError) {
        for script in version.statements { try connection.run(script) }
        _ = try connection.query("INSERT INTO schema_version (name) VALUES ($1)", [.text(version.name)])
    }

    /// Whether the role may do to each table what the service does, so that it does not turn out later.
    private func examineRights(_ db: Database) throws {
        let missing = try db.row(
            """
            SELECT p.name, c.relname::text, current_user::text
            FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p (name)
            WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('schema_version'))
                AND c.relkind = 'r' AND c.relname <> 'schema_version' AND c.relname = ANY (string_to_array(?, ','))
                AND NOT has_table_privilege(c.oid, p.name)
            ORDER BY c.relname, p.name LIMIT 1
            """, [PostgreSQLSchema.tables.joined(separator: ",")])
        if let missing {
            throw failed(
                "the role \(missing[2] as String) has no right to \(missing[0] as String) on \(missing[1] as String)")
        }
    }

    private func failed(_ reason: String) -> StoreOpenError {
        .failed(path: location, reason: reason)
    }
}
