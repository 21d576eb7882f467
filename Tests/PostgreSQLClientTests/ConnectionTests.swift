import PostgreSQLServer
import Testing

@testable import PostgreSQLClient

@Suite("Connecting")
struct ConnectionTests {
    /// The error of a connection that must not be made.
    private func refusal(_ url: String) async throws -> PostgreSQLError {
        let url = try PostgreSQLURL(url)
        return try await failure { try await onThread { _ = try PostgreSQLConnection(to: url) } }
    }

    @Test("Over the UNIX socket and over TCP")
    func ways() async throws {
        let server = try await PostgreSQLServer.shared.value
        for text in [server.url(), server.socketURL()] {
            let url = try PostgreSQLURL(text, applicationName: "bridge")
            let name = try await onThread { () throws in
                let connection = try PostgreSQLConnection(to: url)
                connection.deadline = .now.advanced(by: .seconds(60))
                #expect(connection.serverVersion >= 130_000)
                #expect(connection.parameter("server_encoding") == "UTF8")
                return try connection.value("SELECT current_setting('application_name')")
            }
            #expect(name == .text("bridge"))
        }
    }

    @Test("A wrong password is denied, in one line that does not repeat it")
    func password() async throws {
        let server = try await PostgreSQLServer.shared.value
        let error = try await refusal("postgres://postgres:wrongsecret@127.0.0.1:\(server.port)/postgres")
        #expect(error.kind == .denied && error.sqlState == "28P01")
        #expect(error.message.hasSuffix("FATAL: password authentication failed for user \"postgres\""))
        #expect(!"\(error)".contains("wrongsecret"))
        let none = try await refusal("postgres://postgres@127.0.0.1:\(server.port)/postgres?passfile=/nowhere")
        #expect(none.kind == .denied && none.message.contains("no password supplied"))
    }

    @Test("A missing database is named")
    func database() async throws {
        let error = try await refusal(try await PostgreSQLServer.shared.value.url(database: "nowhere"))
        #expect(error.kind == .missing && error.sqlState == "3D000")
        #expect(error.message.contains("database \"nowhere\" does not exist"))
    }

    @Test("A host that does not exist, or refuses, is unavailable")
    func host() async throws {
        let unknown = try await refusal("postgres://postgres@unknown.invalid/postgres")
        #expect(unknown.kind == .unavailable && unknown.message.contains("unknown.invalid"))
        let proxy = try Proxy(to: 1)
        proxy.stop()
        let refused = try await refusal("postgres://postgres@127.0.0.1:\(proxy.port)/postgres")
        #expect(refused.kind == .unavailable && refused.message.contains("Connection refused"))
    }

    @Test("A host that swallows everything is given up, and the next one is tried")
    func nextHost() async throws {
        let server = try await PostgreSQLServer.shared.value
        let proxy = try Proxy(to: server.port)
        defer { proxy.stop() }
        proxy.swallowAll()
        let silent = try await refusal(server.url(port: proxy.port, "connect_timeout=1"))
        #expect(silent.kind == .unavailable && silent.message.contains("in time"))
        let both = "127.0.0.1:\(proxy.port),127.0.0.1:\(server.port)"
        let url = try PostgreSQLURL("postgres://postgres:correct%20horse@\(both)/postgres?connect_timeout=1")
        let value = try await onThread { () throws in
            let connection = try PostgreSQLConnection(to: url)
            connection.deadline = .now.advanced(by: .seconds(60))
            return try connection.value("SELECT 1")
        }
        #expect(value == .integer(1))
    }

    @Test("A statement that gets no answer ends at the deadline, and closes the connection")
    func swallowed() async throws {
        let server = try await PostgreSQLServer.shared.value
        let proxy = try Proxy(to: server.port)
        defer { proxy.stop() }
        let url = try PostgreSQLURL(server.url(port: proxy.port))
        try await onThread { [proxy] () throws in
            let connection = try PostgreSQLConnection(to: url)
            connection.deadline = .now.advanced(by: .seconds(60))
            #expect(try connection.value("SELECT 1") == .integer(1))
            proxy.swallowAll()
            // Far more than what fits in the buffers on the way: sending must end too.
            let large = PostgreSQLValue.blob(Array(repeating: 1, count: 32 << 20))
            connection.deadline = .now.advanced(by: .seconds(3))
            let error = try failure { try connection.query("SELECT length($1::bytea)", [large]) }
            #expect(error.kind == .inDoubt && error.message.contains("in time"))
            #expect(!connection.isOpen)
            #expect(try failure { try connection.query("SELECT 1") }.kind == .unavailable)
        }
    }

    @Test("A statement for which no time is left is not sent")
    func late() async throws {
        try await withConnection { connection throws in
            connection.deadline = .now
            #expect(try failure { try connection.query("SELECT 1") }.kind == .timeout)
            connection.deadline = .now.advanced(by: .seconds(60))
            #expect(try connection.value("SELECT 1") == .integer(1))
        }
    }

    @Test("A statement whose connection is ended by the server is in doubt, and says why")
    func terminated() async throws {
        try await withConnection { connection throws in
            let error = try failure { try connection.query("SELECT pg_terminate_backend(pg_backend_pid())") }
            #expect(error.kind == .inDoubt && error.sqlState == "57P01")
            #expect(!connection.isOpen)
        }
    }
}
