import BridgeCore

/// What an operator may want to know of a store.
public struct StoreFacts: Sendable, Equatable {
    /// The database's name in lower case, such as `sqlite`.
    public let product: String
    /// The version of the database at run time, such as `3.40.1`.
    public let productVersion: String
    /// Where it is: of SQLite the file.
    public let location: String
    /// The store's own id, which a copy keeps.
    public let storeID: String
    /// The version of the schema.
    public let schemaVersion: String
    /// Whether values are sealed at rest.
    public let isSealed: Bool
    /// Bytes on the disk: of SQLite the database and its write-ahead log.
    public let size: Int
}

extension SQLStore {
    /// What an operator may want to know.
    public func facts() async throws(StoreError) -> StoreFacts {
        let engine = try await engine.facts()
        return StoreFacts(
            product: engine.product, productVersion: engine.version, location: engine.location,
            storeID: identity.storeID, schemaVersion: engine.schemaVersion, isSealed: sealer.seals, size: engine.size)
    }
}
