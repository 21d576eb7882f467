import BridgeCore
import BridgeRuntime
import BridgeStore
import CurlHTTP
import Glibc
import Logging

/// How a command gets at the store: by itself when no other process has it to itself, otherwise through the process
/// that has.
public enum StoreAccess: Sendable {
    /// This process has the store open.
    case own(SQLStore)
    /// A running service holds it, and answers at its control socket.
    case service(ControlClient)

    /// Gives `body` the way to the store, and closes afterwards what was opened.
    ///
    /// - Parameters:
    ///   - settings: Where the store is, and its keys.
    ///   - create: Whether to make a store when there is none yet; otherwise that is an error.
    ///   - logger: Told of what an operator should know.
    ///   - body: Does something with the store.
    /// - Throws: ``SettingsError`` or `StoreOpenError` when there is no way to it, and what `body` throws.
    public static func with<Value: Sendable>(
        _ settings: Settings.Store, create: Bool, logger: Logger, _ body: (StoreAccess) async throws -> Value
    ) async throws -> Value {
        let store: SQLStore
        do throws(StoreOpenError) {
            store = try await settings.open(create: create, logger: logger)
        } catch {
            guard case .locked = error, let path = try settings.location.controlSocket else { throw error }
            return try await withService(path, body)
        }
        return try await closing({ await store.close() }) { try await body(.own(store)) }
    }

    /// What is done with clients and their keys.
    public var administration: any Administrating {
        switch self {
        case .own(let store): Administration(store: store, environment: .system)
        case .service(let client): client
        }
    }

    /// What is known of the store, and of the service when one runs.
    public func status() async throws -> ServiceStatus {
        switch self {
        case .own(let store): ServiceStatus(processID: getpid(), store: ServiceStatus.facts(try await store.facts()))
        case .service(let client): try await client.status()
        }
    }

    private static func withService<Value: Sendable>(
        _ path: ControlSocketPath, _ body: (StoreAccess) async throws -> Value
    ) async throws -> Value {
        let http = try HTTPClient(configuration: HTTPClientConfiguration())
        return try await closing({ await http.shutdown() }) {
            try await body(.service(ControlClient(path: path, http: http)))
        }
    }

    /// Runs `close` after `body`, whatever came of it.
    private static func closing<Value: Sendable>(
        _ close: () async -> Void, _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await body()
            await close()
            return value
        } catch {
            await close()
            throw error
        }
    }
}

extension ServiceStatus {
    /// What a store's facts are called.
    public static func facts(_ facts: StoreFacts) -> [StoreFact] {
        [
            StoreFact(facts.product == "sqlite" ? "path" : "url", facts.location),
            StoreFact("\(facts.product)_version", facts.productVersion),
            StoreFact("schema_version", facts.schemaVersion), StoreFact("store_id", facts.storeID),
            StoreFact("sealed", "\(facts.isSealed)"), StoreFact("size_bytes", "\(facts.size)"),
        ]
    }
}
