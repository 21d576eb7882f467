import BridgeCore
import PostgreSQLClient

extension PostgreSQLError: EngineError {
    /// Never fatal: the server itself stops when it cannot trust its disk, and another one may take its place.
    var asStoreError: StoreError { .unavailable("PostgreSQL: \(self)") }
}
