import PostgreSQLServer
import Testing

@testable import PostgreSQLClient

@Suite("Commits whose answer is lost")
struct CommitTests {
    @Test(
        "It is in doubt, whether it was done or not",
        arguments: [(.cut, false), (.cutAnswer, true), (.swallow, false), (.swallowAnswer, true)]
            as [(Proxy.Fault, Bool)])
    func inDoubt(fault: Proxy.Fault, isDone: Bool) async throws {
        let (error, rows) = try await insert { $0.on("COMMIT\0", fault) }
        #expect(error.kind == .inDoubt)
        #expect(rows == [[.integer(isDone ? 1 : 0)]])
    }

    @Test(
        "A connection that is lost before the commit leaves nothing in doubt",
        arguments: [.cut, .cutAnswer, .swallow, .swallowAnswer] as [Proxy.Fault])
    func notInDoubt(fault: Proxy.Fault) async throws {
        let (error, rows) = try await insert { $0.on("INSERT", fault) }
        #expect(error.kind == .unavailable)
        #expect(rows == [[.integer(0)]])
    }

    @Test("A transaction that only read is never in doubt")
    func readOnly() async throws {
        let server = try await PostgreSQLServer.shared.value
        let proxy = try Proxy(to: server.port)
        defer { proxy.stop() }
        proxy.on("COMMIT\0", .cut)
        try await withPool(server.url(port: proxy.port)) { pool throws in
            let error = try await failure {
                try await pool.transaction(readOnly: true, limit: .seconds(30)) { try $0.query("SELECT 1") }
            }
            #expect(error.kind == .unavailable)
        }
    }

    /// Inserts a row through a proxy; the error, and how many rows there are then.
    private func insert(
        _ plan: (Proxy) -> Void
    ) async throws -> (PostgreSQLError, [[PostgreSQLValue]]) {
        let server = try await PostgreSQLServer.shared.value
        let proxy = try Proxy(to: server.port)
        defer { proxy.stop() }
        let table = uniqueName()
        return try await withPool { direct in
            try await direct.run(limit: .seconds(30)) { try $0.run("CREATE TABLE \(table) (id BIGINT PRIMARY KEY)") }
            plan(proxy)
            let error = try await withPool(server.url(port: proxy.port)) { pool throws in
                try await failure {
                    // Short: where the answer is swallowed, all of it passes.
                    try await pool.transaction(limit: .seconds(3)) { connection throws in
                        try connection.query("INSERT INTO \(table) VALUES ($1)", [.integer(1)])
                    }
                }
            }
            #expect(proxy.hits == 1)
            // What the server still has to do about it is done once the table can be locked.
            proxy.stop()
            let rows = try await direct.transaction(limit: .seconds(60)) { connection throws in
                try connection.run("LOCK TABLE \(table)")
                return try connection.query("SELECT count(*) FROM \(table)").rows
            }
            try await direct.run(limit: .seconds(30)) { try $0.run("DROP TABLE \(table)") }
            return (error, rows)
        }
    }
}
