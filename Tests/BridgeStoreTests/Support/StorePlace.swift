import Foundation
import PostgreSQLClient
import PostgreSQLServer

@testable import BridgeStore

/// Where the store of a test is: a file, or a schema of a database of the tests' own.
enum StorePlace: Sendable {
    case file(StoreFolder)
    case schema(PostgreSQLURL)

    /// A new one on the engine that the present test runs on.
    static func make() async throws -> StorePlace {
        switch StoreKind.current {
        case .sqlite: .file(try StoreFolder())
        case .postgreSQL: .schema(try await newSchema().direct)
        }
    }

    /// A new schema; the way to it, and the way through a proxy on that port.
    static func newSchema(proxy port: UInt16? = nil) async throws -> (direct: PostgreSQLURL, proxied: PostgreSQLURL) {
        let name = "s\(UInt64.random(in: 0 ... .max))"
        let server = try await PostgreSQLServer.shared.value
        try await run("CREATE SCHEMA \(name)", at: PostgreSQLURL(server.url()))
        let options = "options=-csearch_path%3D\(name)"
        return (try PostgreSQLURL(server.url(options)), try PostgreSQLURL(server.url(port: port, options)))
    }

    /// Runs statements in a database.
    static func run(_ script: String, at url: PostgreSQLURL) async throws {
        try await onThread {
            let connection = try PostgreSQLConnection(to: url)
            connection.deadline = .now.advanced(by: .seconds(60))
            try connection.run(script)
        }
    }

    /// What a crash would leave: of a file a copy of what is on the disk now.
    func afterCrash() throws -> StorePlace {
        switch self {
        case .file(let folder): .file(try folder.copy())
        case .schema: self
        }
    }

    func open(keys: [[UInt8]] = []) async throws -> SQLStore {
        switch self {
        case .file(let folder): try folder.open(keys: keys)
        case .schema(let url): try await SQLStore.open(url, encryptionKeys: keys).asInstance()
        }
    }
}

/// Runs `body` on a thread of its own, where blocking is allowed.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { waiter in
        Thread.detachNewThread { waiter.resume(with: Result { try body() }) }
    }
}
