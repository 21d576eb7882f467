import CPostgreSQL

extension PostgreSQLConnection {
    /// How much longer than the server this side waits, so that it is the server that says what took too long.
    static var grace: Duration { .seconds(1) }

    /// Runs `body` in a transaction, and commits it; whatever `body` throws rolls it back and is thrown on.
    ///
    /// A transaction that reads sees one state of the database throughout (REPEATABLE READ); one that writes sees, in
    /// each statement, what was committed before that statement (READ COMMITTED). The server ends each statement, and
    /// each pause between two, after `limit`, and a wait for a lock after half of it; this side ends everything a
    /// second after `limit`.
    ///
    /// - Throws: What `body` throws, or a ``PostgreSQLError``. Nothing was changed, unless that is `inDoubt`.
    public func transaction<Value>(
        readOnly: Bool = false, limit: Duration, _ body: (PostgreSQLConnection) throws -> Value
    ) throws -> Value {
        try begin(readOnly: readOnly, limit: limit)
        return try complete(readOnly: readOnly, body)
    }

    /// Begins a transaction; when that fails, the connection is closed, and nothing was done.
    func begin(readOnly: Bool, limit: Duration) throws(PostgreSQLError) {
        let (seconds, attoseconds) = limit.components
        let milliseconds = max(2, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        deadline = .now.advanced(by: limit + Self.grace)
        // A transaction that writes does not say so: that would override the default of a server that is to be read
        // only.
        let script = """
            BEGIN ISOLATION LEVEL \(readOnly ? "REPEATABLE READ READ ONLY" : "READ COMMITTED");\
            SET LOCAL statement_timeout=\(milliseconds);\
            SET LOCAL idle_in_transaction_session_timeout=\(milliseconds);\
            SET LOCAL lock_timeout=\(milliseconds / 2)
            """
        do {
            _ = try exchange(script, mayCommit: false) { PQsendQuery($0, script) }
        } catch {
            close()
            throw error
        }
    }

    /// Runs `body` in the transaction that was begun, and ends it.
    func complete<Value>(readOnly: Bool, _ body: (PostgreSQLConnection) throws -> Value) throws -> Value {
        do {
            let value = try body(self)
            try commit(readOnly: readOnly)
            return value
        } catch {
            abandon(after: error)
            throw error
        }
    }

    private func commit(readOnly: Bool) throws(PostgreSQLError) {
        let reply = try exchange("COMMIT", mayCommit: !readOnly) { PQsendQuery($0, "COMMIT") }
        // What the server says to COMMIT after a statement failed; only then, body has hidden the error.
        guard reply.command == "COMMIT" else {
            throw PostgreSQLError(.other, message: "the transaction was rolled back: a statement in it had failed")
        }
        // Committed here, says the server, but perhaps not on the standby that it had to wait for.
        if let warning { throw PostgreSQLError(.inDoubt, message: warning) }
    }

    private func abandon(after error: any Error) {
        // Another server may be the one that writes: a new connection finds it.
        if case let error as PostgreSQLError = error, error.kind == .readOnly { return close() }
        guard isInTransaction else { return }
        deadline = max(deadline, .now.advanced(by: Self.grace))
        do { try run("ROLLBACK") } catch { close() }
    }
}
