import BridgeCore

/// What a transaction's statements run on.
struct Database {
    private let connection: any DatabaseConnection
    /// How the engine's SQL differs.
    let dialect: Dialect
    /// Whose rows those are that are written.
    private(set) var mine: Ownership
    /// Whether the transaction has run before and came to nothing because of another one.
    let isRerun: Bool
    /// Whether the transaction has run before and may be committed: the answer to its commit was lost.
    let isInDoubt: Bool

    init(_ connection: any DatabaseConnection, isRerun: Bool = false, isInDoubt: Bool = false) {
        self.connection = connection
        self.isRerun = isRerun
        self.isInDoubt = isInDoubt
        dialect = connection.dialect
        mine = Ownership(dialect: connection.dialect, id: "")
    }

    /// The same, for an instance.
    func owned(by id: InstanceID?) -> Database {
        var owned = self
        owned.mine = Ownership(dialect: dialect, id: id?.rawValue ?? "")
        return owned
    }

    /// Makes the commit wait for the synchronous standby, if there is one, also when nothing is written: what was read
    /// may be committed here and not there.
    func confirm() throws {
        guard dialect == .postgreSQL else { return }
        // The number is asked for first: a server that only reads refuses it in a way that is understood.
        try run("SELECT pg_current_xact_id()::text, pg_logical_emit_message(true, 'marksign-bridge', '')::text")
    }

    func run(_ sql: String, _ arguments: StatementArguments = []) throws {
        _ = try connection.execute(sql, arguments)
    }

    /// Runs a statement and says how many rows it changed.
    func changes(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
        try connection.execute(sql, arguments)
    }

    /// Gives the rows of a query one by one until `body` returns `false`.
    func scan(_ sql: String, _ arguments: StatementArguments = [], _ body: (Row) throws -> Bool) throws {
        try connection.query(sql, arguments, body)
    }

    func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
        var found: Row?
        try scan(sql, arguments) { row in
            found = row
            return false
        }
        return found
    }

    func rows(_ sql: String, _ arguments: StatementArguments = []) throws -> [Row] {
        var found: [Row] = []
        try scan(sql, arguments) { row in
            found.append(row)
            return true
        }
        return found
    }

    func values<Value: ColumnConvertible>(
        _ sql: String, _ arguments: StatementArguments = [], as type: Value.Type = Value.self
    ) throws -> [Value] {
        var found: [Value] = []
        try scan(sql, arguments) { row in
            found.append(row[0])
            return true
        }
        return found
    }

    /// The first column of the first row; `nil` when there is none, or it is null.
    func value<Value: ColumnConvertible>(
        _ sql: String, _ arguments: StatementArguments = [], as type: Value.Type = Value.self
    ) throws -> Value? {
        try row(sql, arguments).flatMap { $0[0] }
    }

    /// Waits until no other transaction has that lock, and keeps it until the end of this one.
    func lock(_ lock: TransactionLock) throws {
        try connection.lock(lock)
    }

    /// Locks the rows of a table for which `condition` holds, until the end of the transaction. What is read after it
    /// is as the last who had them left it.
    ///
    /// An engine with one writer does nothing.
    func lock(
        _ table: String, where condition: String, _ arguments: StatementArguments, _ lock: RowLock
    ) throws {
        guard dialect.locksRows else { return }
        try run("SELECT 1 FROM \(table) WHERE \(condition) ORDER BY id \(dialect.lock(lock))", arguments)
    }

    /// Locks a row unless another transaction has it, without waiting. Whether it did; an engine with one writer always
    /// does.
    func lockAtOnce(_ table: String, id: String, _ lock: RowLock) throws -> Bool {
        guard dialect.locksRows else { return true }
        return try row("SELECT 1 FROM \(table) WHERE id = ? \(dialect.lock(lock, skipping: true))", [id]) != nil
    }
}
