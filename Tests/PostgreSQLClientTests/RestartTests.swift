import PostgreSQLServer
import Testing

@testable import PostgreSQLClient

@Suite("A server that stops")
struct RestartTests {
    private let limit = Duration.seconds(30)

    /// Gives `body` a server that it may stop.
    private func withServer(_ settings: [String] = [], _ body: (PostgreSQLServer) async throws -> Void) async throws {
        let server = try await PostgreSQLServer.start(settings: settings)
        let result: Result<Void, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        await server.end()
        try result.get()
    }

    @Test("What waits while the server is away is done when it is back")
    func restart() async throws {
        try await withServer { server throws in
            try await withPool(server.url(), size: 4) { pool throws in
                let query: @Sendable () async throws -> PostgreSQLValue = {
                    try await pool.transaction(limit: limit) { try $0.value("SELECT 1") }
                }
                for _ in 0..<4 { #expect(try await query() == .integer(1)) }
                try await server.stop()
                let tasks = (0..<16).map { _ in Task { try await query() } }
                #expect(try await eventually { pool.waitingCount == 16 })
                try await server.start()
                for task in tasks { #expect(try await task.value == .integer(1)) }
            }
        }
    }

    @Test("Whoever waits for too long is told why there was no connection")
    func away() async throws {
        try await withServer { server throws in
            try await withPool(server.url(), wait: .seconds(2)) { pool throws in
                try await server.stop()
                let error = try await failure {
                    try await pool.transaction(limit: limit) { try $0.value("SELECT 1") }
                }
                #expect(error.kind == .unavailable && error.message.contains("Connection refused"))
            }
        }
    }

    @Test("A server that is full is unavailable, and takes turns with those it has let in")
    func full() async throws {
        try await withServer(["max_connections=6", "superuser_reserved_connections=0", "max_wal_senders=0"]) {
            server throws in
            try await withPool(server.url(), size: 20) { pool throws in
                try await withThrowingTaskGroup { group in
                    for _ in 0..<200 {
                        group.addTask {
                            let value = try await pool.transaction(limit: limit) { try $0.value("SELECT 1") }
                            #expect(value == .integer(1))
                        }
                    }
                    try await group.waitForAll()
                }
                let url = try PostgreSQLURL(server.url())
                let held = try await failure {
                    try await onThread { _ = try (0..<7).map { _ in try PostgreSQLConnection(to: url) } }
                }
                #expect(held.kind == .unavailable && held.sqlState == "53300")
            }
        }
    }
}
