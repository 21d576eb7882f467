import PostgreSQLServer
import Testing

@testable import PostgreSQLClient

@Suite("Transactions")
struct TransactionTests {
    private let limit = Duration.seconds(30)

    /// A table with a number as its key, which is dropped afterwards.
    private func withTable(_ body: @escaping @Sendable (PostgreSQLConnection, String) throws -> Void) async throws {
        let table = uniqueName()
        let url = try PostgreSQLURL(try await PostgreSQLServer.shared.value.url())
        try await withConnection { connection throws in
            try connection.run("CREATE TABLE \(table) (id BIGINT PRIMARY KEY, n BIGINT)")
            let result = Result { try body(connection, table) }
            let last = connection.isOpen ? connection : try PostgreSQLConnection(to: url)
            last.deadline = .now.advanced(by: .seconds(60))
            try last.run("DROP TABLE \(table)")
            try result.get()
        }
    }

    @Test("What is done is committed, and what fails is rolled back")
    func commits() async throws {
        struct Stop: Error {}
        try await withTable { connection, table throws in
            let insert = "INSERT INTO \(table) VALUES ($1, 0)"
            let affected = try connection.transaction(limit: limit) { try $0.query(insert, [.integer(1)]).affected }
            #expect(affected == 1)
            #expect(throws: Stop.self) {
                try connection.transaction(limit: limit) {
                    _ = try $0.query(insert, [.integer(2)])
                    throw Stop()
                }
            }
            #expect(!connection.isInTransaction)
            #expect(try connection.query("SELECT id FROM \(table)").rows == [[.integer(1)]])
        }
    }

    @Test("A key that is there already is told with its constraint, at the statement or at the commit")
    func unique() async throws {
        try await withTable { connection, table throws in
            try connection.run(
                "ALTER TABLE \(table) ADD CONSTRAINT late_\(table) UNIQUE (n) DEFERRABLE INITIALLY DEFERRED")
            let twice = try failure {
                try connection.transaction(limit: limit) { try $0.query("INSERT INTO \(table) VALUES (1, 1), (1, 2)") }
            }
            #expect(twice.kind == .unique && twice.constraint == "\(table)_pkey")
            let late = try failure {
                try connection.transaction(limit: limit) { try $0.query("INSERT INTO \(table) VALUES (1, 1), (2, 1)") }
            }
            #expect(late.kind == .unique && late.constraint == "late_\(table)")
            #expect(connection.isOpen && !connection.isInTransaction)
            // Where people's data would be.
            #expect(!late.message.contains("(n)=(1)"))
        }
    }

    @Test("A commit after a hidden error is not taken for one")
    func hiddenError() async throws {
        try await withTable { connection, table throws in
            let error = try failure {
                try connection.transaction(limit: limit) {
                    _ = try $0.query("INSERT INTO \(table) VALUES (1, 1)")
                    _ = try? $0.query("SELECT 1 / 0")
                }
            }
            #expect(error.kind == .other && error.message.contains("rolled back"))
            #expect(try connection.query("SELECT id FROM \(table)").rows.isEmpty)
        }
    }

    @Test("Writing in a transaction that only reads is refused, and gives up the connection")
    func readOnly() async throws {
        try await withTable { connection, table throws in
            let error = try failure {
                try connection.transaction(readOnly: true, limit: limit) {
                    try $0.query("INSERT INTO \(table) VALUES (1, 1)")
                }
            }
            #expect(error.kind == .readOnly && !connection.isOpen)
        }
    }

    @Test("A transaction that reads sees one state; one that writes sees what was committed meanwhile")
    func isolation() async throws {
        let url = try PostgreSQLURL(try await PostgreSQLServer.shared.value.url())
        try await withTable { connection, table throws in
            let other = try PostgreSQLConnection(to: url)
            let count = "SELECT count(*) FROM \(table)"
            for (readOnly, growth) in [(true, 0), (false, 1)] as [(Bool, Int64)] {
                let seen = try connection.transaction(readOnly: readOnly, limit: limit) { connection throws in
                    let before = try connection.value(count)
                    other.deadline = .now.advanced(by: .seconds(60))
                    _ = try other.query("INSERT INTO \(table) VALUES ((SELECT count(*) FROM \(table)), 1)")
                    return (before, try connection.value(count))
                }
                guard case (.integer(let before), .integer(let after)) = seen else { throw TestFault() }
                #expect(after - before == growth)
            }
        }
    }

    @Test("A lock that is not given in time is a conflict; the connection goes on")
    func lock() async throws {
        let url = try PostgreSQLURL(try await PostgreSQLServer.shared.value.url())
        try await withTable { connection, table throws in
            _ = try connection.query("INSERT INTO \(table) VALUES (1, 1)")
            let other = try PostgreSQLConnection(to: url)
            try connection.transaction(limit: limit) { connection throws in
                _ = try connection.query("UPDATE \(table) SET n = 2")
                let error = try failure {
                    try other.transaction(limit: limit) {
                        try $0.run("SET LOCAL lock_timeout = 50")
                        return try $0.query("UPDATE \(table) SET n = 3")
                    }
                }
                #expect(error.kind == .conflict && error.sqlState == "55P03")
            }
            try other.transaction(limit: limit) { _ = try $0.query("UPDATE \(table) SET n = 3") }
            #expect(try connection.value("SELECT n FROM \(table)") == .integer(3))
        }
    }

    @Test("A statement that takes too long is ended by the server; the connection goes on")
    func timeout() async throws {
        try await withConnection { connection throws in
            let error = try failure {
                try connection.transaction(limit: limit) {
                    try $0.run("SET LOCAL statement_timeout = 50")
                    return try $0.query("SELECT pg_sleep(600)")
                }
            }
            #expect(error.kind == .timeout && error.sqlState == "57014")
            #expect(try connection.value("SELECT 1") == .integer(1))
        }
    }

    @Test("The server gets the limit for the transaction, and for nothing after it")
    func limits() async throws {
        let names = ["statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout"]
        let sql = "SELECT " + names.map { "current_setting('\($0)')" }.joined(separator: ", ")
        try await withConnection { connection throws in
            let within = try connection.transaction(limit: .milliseconds(60_500)) { try $0.query(sql) }
            #expect(within.rows == [[.text("60500ms"), .text("60500ms"), .text("30250ms")]])
            #expect(try connection.query(sql).rows == [[.text("0"), .text("0"), .text("0")]])
        }
    }

    @Test("A missing table and a missing right are told apart")
    func rights() async throws {
        let role = uniqueName()
        try await withTable { connection, table throws in
            let missing = try failure { try connection.query("SELECT * FROM no_\(table)") }
            #expect(missing.kind == .missing)
            try connection.run("CREATE ROLE \(role)")
            defer { try? connection.run("DROP ROLE \(role)") }
            let denied = try failure {
                try connection.transaction(limit: limit) {
                    try $0.run("SET LOCAL ROLE \(role)")
                    return try $0.query("SELECT * FROM \(table)")
                }
            }
            #expect(denied.kind == .denied && denied.sqlState == "42501")
        }
    }

    @Test("Two transactions that wait for each other: one is a conflict, the other commits")
    func deadlock() async throws {
        let server = try await PostgreSQLServer.shared.value
        let table = uniqueName()
        try await withPool(server.url()) { pool throws in
            try await pool.run(limit: limit) {
                try $0.run("CREATE TABLE \(table) (id BIGINT, n BIGINT); INSERT INTO \(table) VALUES (1, 0), (2, 0)")
            }
            let both = Meeting(2)
            let update: @Sendable (Int64, Int64) async -> PostgreSQLError.Kind? = { first, second in
                do {
                    try await pool.transaction(limit: .seconds(60)) { connection throws in
                        let sql = "UPDATE \(table) SET n = n + 1 WHERE id = $1"
                        _ = try connection.query(sql, [.integer(first)])
                        both.meet()
                        _ = try connection.query(sql, [.integer(second)])
                    }
                    return nil
                } catch { return (error as? PostgreSQLError)?.kind ?? .other }
            }
            async let one = update(1, 2)
            async let other = update(2, 1)
            let kinds = await [one, other]
            #expect(kinds.compactMap { $0 } == [.conflict])
            try await pool.run(limit: limit) { try $0.run("DROP TABLE \(table)") }
        }
    }
}
