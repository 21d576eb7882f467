import PostgreSQLServer
import Testing

@testable import PostgreSQLClient

@Suite("PgBouncer in transaction mode")
struct PgBouncerTests {
    @Test("Many connections share two of the server's, and no transaction sees another's settings")
    func sharing() async throws {
        let server = try await PostgreSQLServer.shared.value
        let bouncer = try await PgBouncer.start(before: server, size: 2)
        let table = uniqueName()
        let result: Result<Void, any Error>
        do { result = .success(try await share(server.url(port: bouncer.port), table)) } catch {
            result = .failure(error)
        }
        await bouncer.end()
        try await withConnection { try $0.run("DROP TABLE IF EXISTS \(table)") }
        try result.get()
    }

    private func share(_ url: String, _ table: String) async throws {
        try await withPool(url, size: 8) { pool throws in
            let limit = Duration.seconds(60)
            try await pool.run(limit: limit) { try $0.run("CREATE TABLE \(table) (id BIGINT PRIMARY KEY, b BYTEA)") }
            try await withThrowingTaskGroup { group in
                for number in Int64(0)..<100 {
                    group.addTask {
                        let blob = PostgreSQLValue.blob(Array(repeating: 7, count: Int(number) * 1000))
                        let own = try await pool.transaction(limit: limit + .seconds(number)) { connection in
                            _ = try connection.query(
                                "INSERT INTO \(table) VALUES ($1, $2)", [.integer(number), blob])
                            return try connection.query(
                                """
                                SELECT b, extract(epoch FROM current_setting('statement_timeout')::interval)::bigint
                                FROM \(table) WHERE id = $1
                                """, [.integer(number)])
                        }
                        #expect(own.rows == [[blob, .integer(60 + number)]])
                    }
                }
                try await group.waitForAll()
            }
            let outside = try await pool.run(limit: limit) {
                try $0.query("SELECT count(*), current_setting('statement_timeout') FROM \(table)")
            }
            #expect(outside.rows == [[.integer(100), .text("0")]])
        }
    }
}
