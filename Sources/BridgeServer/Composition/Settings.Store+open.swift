import BridgeStore
import Logging

extension Settings.Store {
    /// Opens the store, whichever kind it is.
    ///
    /// - Parameters:
    ///   - create: Whether to make a store when there is none yet; otherwise that is an error.
    ///   - logger: Told of what an operator should know.
    ///   - onUnreadable: Told once of each row that is not what the bridge writes, and why.
    func open(
        create: Bool = true, logger: Logger,
        onUnreadable: @escaping @Sendable (_ row: String, _ reason: String) -> Void = { _, _ in }
    ) async throws(StoreOpenError) -> SQLStore {
        let keys = encryptionKeys.map(\.revealed)
        return switch location {
        case .sqlite(let path):
            try SQLStore.open(
                path: path, create: create, encryptionKeys: keys, logger: logger, onUnreadable: onUnreadable)
        case .postgreSQL(let url):
            try await SQLStore.open(
                url, create: create, encryptionKeys: keys, logger: logger, onUnreadable: onUnreadable)
        }
    }
}

extension StoreLocation {
    /// Where a service with that store answers commands; `nil` where they need none, since several processes may have
    /// the store.
    var controlSocket: ControlSocketPath? {
        get throws(SettingsError) {
            switch self {
            case .sqlite(let path): try ControlSocketPath(storePath: path)
            case .postgreSQL: nil
            }
        }
    }
}
