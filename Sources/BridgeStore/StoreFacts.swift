import BridgeCore
import GRDB

/// What an operator may want to know of a store.
public struct StoreFacts: Sendable, Equatable {
    /// The version of SQLite at run time, such as `3.40.1`.
    public let sqliteVersion: String
    /// The database file.
    public let path: String
    /// The store's own id, which a copy keeps.
    public let storeID: String
    /// The version of the schema.
    public let schemaVersion: String
    /// Whether values are sealed at rest.
    public let isSealed: Bool
    /// Bytes of the database and of its write-ahead log.
    public let size: Int
}

extension SQLiteStore {
    /// What an operator may want to know.
    public func facts() async throws(StoreError) -> StoreFacts {
        try await read { [file, identity, sealer] db in
            StoreFacts(
                sqliteVersion: try db.value("SELECT sqlite_version()") ?? "",
                path: file.path,
                storeID: identity.storeID,
                schemaVersion: try Schema.migrator(sealer).completedMigrations(db).last ?? "",
                isSealed: sealer.seals,
                size: file.size)
        }
    }
}
