import BridgeCore
import Foundation
import Logging
import PostgreSQLClient

extension SQLStore {
    /// Opens the store in a PostgreSQL database, which other processes may have open too.
    ///
    /// - Parameters:
    ///   - url: The database. The tables are in the first schema of the role's `search_path`.
    ///   - create: Whether to make the tables when there are none, and to renew those of an older version. Otherwise
    ///     that is an error, and nothing is made.
    ///   - encryptionKeys: Keys of 32 bytes. The first seals, all open; none means that nothing is sealed.
    ///   - logger: Told of what an operator should know.
    ///   - onUnreadable: Told once of each row that is not what the bridge writes, and why.
    /// - Throws: ``StoreOpenError``, also when the database cannot be reached.
    public static func open(
        _ url: PostgreSQLURL, create: Bool = true, encryptionKeys: [[UInt8]] = [],
        logger: Logger = Logger(label: "store"),
        onUnreadable: @escaping @Sendable (_ row: String, _ reason: String) -> Void = { _, _ in }
    ) async throws(StoreOpenError) -> SQLStore {
        let sealer = try Sealer(keys: encryptionKeys)
        let opened: Result<(StoreIdentity, isDurable: Bool), StoreOpenError> = await withCheckedContinuation { waiter in
            // A connection blocks its thread.
            Thread.detachNewThread {
                let result = Result {
                    let opening = PostgreSQLOpening(
                        connection: try PostgreSQLConnection(to: url), location: url.description, create: create,
                        sealer: sealer)
                    opening.connection.deadline = .now.advanced(by: .seconds(10))
                    return (try opening.run(), isDurable: try opening.commitsAreDurable())
                }
                waiter.resume(returning: result.mapError { StoreOpenError(any: $0, at: url) })
            }
        }
        let (identity, isDurable) = try opened.get()
        logger.info(
            "Store opened",
            metadata: ["url": "\(url)", "store_id": "\(identity.storeID)", "sealed": "\(sealer.seals)"])
        if !isDurable {
            logger.warning("synchronous_commit is off: what was accepted can be lost when the database crashes")
        }
        return SQLStore(
            engine: PostgreSQLEngine(url), sealer: sealer, identity: identity,
            unreadable: UnreadableRows(tell: onUnreadable))
    }
}

extension StoreOpenError {
    fileprivate init(any error: any Error, at url: PostgreSQLURL) {
        self =
            switch error {
            case let error as StoreOpenError: error
            case let error as PostgreSQLError: .failed(path: url.description, reason: error.message)
            default: .failed(path: url.description, reason: "\(error)")
            }
    }
}
