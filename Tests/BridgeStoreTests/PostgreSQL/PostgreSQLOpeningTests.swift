import BridgeCore
import PostgreSQLClient
import PostgreSQLServer
import Testing

@testable import BridgeStore

/// What is done when a store on PostgreSQL is opened, and what is refused in one line.
@Suite struct PostgreSQLOpeningTests {
    @Test func manyAtOnceMakeOneStore() async throws {
        let url = try await StorePlace.newSchema().direct
        let ids = try await withThrowingTaskGroup(of: String.self) { tasks in
            for _ in 0..<5 {
                tasks.addTask {
                    let store = try await SQLStore.open(url)
                    await store.close()
                    return store.identity.storeID
                }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(ids.count == 5 && Set(ids).count == 1)
    }

    @Test func itTellsOfItself() async throws {
        let url = try await StorePlace.newSchema().direct
        let store = try await SQLStore.open(url, encryptionKeys: [World.key32])
        let facts = try await store.facts()
        #expect(facts.product == "postgresql" && facts.productVersion.hasPrefix("1") && facts.isSealed)
        #expect(facts.schemaVersion == PostgreSQLSchema.versions.last?.name && facts.size > 0)
        #expect(facts.location == url.description && !facts.location.contains("correct"))
        try await store.probe()
        await store.close()
        await #expect(throws: StoreError.self) { try await store.probe() }
    }

    @Test func allTablesAreKnown() async throws {
        let url = try await StorePlace.newSchema().direct
        let names = try await SQLStore.open(url).read { db in
            try db.values(
                "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace",
                as: String.self)
        }
        #expect(Set(names) == Set(PostgreSQLSchema.tables + ["schema_version"]))
    }

    @Test func onlyServeMakesTables() async throws {
        let url = try await StorePlace.newSchema().direct
        #expect(try await refusal(url, create: false) == "there is no store at \(url)")
        let store = try await SQLStore.open(url)
        try await SQLStore.open(url, create: false).close()
        try await store.write { try $0.run("DELETE FROM schema_version") }
        #expect(try await refusal(url, create: false)?.contains("older version") == true)
        #expect(try await refusal(url)?.contains("another program") == true)
        try await store.write { try $0.run("INSERT INTO schema_version (name) VALUES ('2'), ('9000')") }
        #expect(try await refusal(url)?.contains("newer version") == true)
    }

    @Test func anotherProgramsTablesAreLeftAlone() async throws {
        let url = try await StorePlace.newSchema().direct
        try await StorePlace.run("CREATE TABLE delivery (address TEXT)", at: url)
        #expect(try await refusal(url)?.contains("another program") == true)
        try await StorePlace.run("SELECT address FROM delivery; DROP TABLE delivery", at: url)
        try await SQLStore.open(url).close()
    }

    @Test func theKeysHaveToFit() async throws {
        let url = try await StorePlace.newSchema().direct
        try await SQLStore.open(url, encryptionKeys: [World.key32]).close()
        #expect(try await refusal(url)?.contains("encryption key is missing") == true)
        #expect(try await refusal(url, keys: [World.otherKey32])?.contains("not among those given") == true)
        try await SQLStore.open(url, encryptionKeys: [World.otherKey32, World.key32]).close()
        #expect(try await refusal(url, keys: [World.key32])?.contains("not among those given") == true)
        let plain = try await StorePlace.newSchema().direct
        try await SQLStore.open(plain).close()
        #expect(try await refusal(plain, keys: [World.key32])?.contains("without encryption") == true)
    }

    @Test func whatIsWrongIsToldInOneLine() async throws {
        let server = try await PostgreSQLServer.shared.value
        let refused = try PostgreSQLURL(server.url().replacing("correct%20horse", with: "wrong%20horse"))
        #expect(try await refusal(refused)?.contains("password authentication failed") == true)
        #expect(try await refusal(PostgreSQLURL(server.url(database: "nowhere")))?.contains("does not exist") == true)
        let proxy = try Proxy(to: server.port)
        proxy.stop()
        #expect(try await refusal(PostgreSQLURL(server.url(port: proxy.port))) != nil)
        let readOnly = try PostgreSQLURL(server.url("options=-cdefault_transaction_read_only%3Don"))
        #expect(try await refusal(readOnly)?.contains("only reads") == true)
    }

    @Test func aMissingRightIsToldByItsName() async throws {
        let (url, _) = try await StorePlace.newSchema()
        try await SQLStore.open(url).close()
        let role = "r\(UInt64.random(in: 0 ... .max))"
        let schema = try await SQLStore.open(url).read { try $0.value("SELECT current_schema()::text") ?? "" }
        try await StorePlace.run(
            """
            CREATE ROLE \(role) LOGIN PASSWORD 'right'; GRANT USAGE ON SCHEMA \(schema) TO \(role);
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \(schema) TO \(role)
            """, at: url)
        let server = try await PostgreSQLServer.shared.value
        let least = try PostgreSQLURL(
            server.url("options=-csearch_path%3D\(schema)").replacing("postgres:correct%20horse", with: "\(role):right")
        )
        try await SQLStore.open(least).close()
        try await StorePlace.run("REVOKE DELETE ON session FROM \(role)", at: url)
        #expect(try await refusal(least)?.contains("\(role) has no right to DELETE on session") == true)
        // And one that may make no tables.
        try await StorePlace.run(
            "CREATE SCHEMA IF NOT EXISTS \(role); GRANT USAGE ON SCHEMA \(role) TO \(role)", at: url)
        let other = try PostgreSQLURL(
            server.url("options=-csearch_path%3D\(role)").replacing("postgres:correct%20horse", with: "\(role):right"))
        #expect(try await refusal(other)?.contains("permission denied for schema") == true)
    }

    /// Why a store is not opened: one line without a password. `nil` when it is opened.
    private func refusal(_ url: PostgreSQLURL, create: Bool = true, keys: [[UInt8]] = []) async throws -> String? {
        do throws(StoreOpenError) {
            await (try SQLStore.open(url, create: create, encryptionKeys: keys)).close()
            return nil
        } catch {
            let line = error.description
            #expect(!line.contains("\n") && !line.contains("horse") && line.contains(url.description), "\(line)")
            return line
        }
    }
}
