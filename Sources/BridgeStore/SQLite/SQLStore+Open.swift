import BridgeCore
import GRDB
import Logging

extension SQLStore {
    /// Opens the store in the SQLite file at `path`.
    ///
    /// A store is sealed from its first day or never: a key for one that is not sealed is refused, as is a missing or
    /// a wrong one. Nothing is written to a file that is refused. The call blocks its thread while it works.
    ///
    /// - Parameters:
    ///   - path: The database file. `<path>.lock` is held while the store is open.
    ///   - create: Whether to make the store when there is none. Otherwise that is
    ///     ``StoreOpenError/noStore(path:)``, and nothing is made.
    ///   - encryptionKeys: Keys of 32 bytes. The first seals, all open; none means that nothing is sealed.
    ///   - busyTimeout: How long a write waits for another program that has the file open.
    ///   - logger: Told of what an operator should know.
    ///   - onUnreadable: Told once of each row that is not what the bridge writes, and why.
    public static func open(
        path: String, create: Bool = true, encryptionKeys: [[UInt8]] = [], busyTimeout: Duration = .seconds(2),
        logger: Logger = Logger(label: "store"),
        onUnreadable: @escaping @Sendable (_ row: String, _ reason: String) -> Void = { _, _ in }
    ) throws(StoreOpenError) -> SQLStore {
        let sealer = try Sealer(keys: encryptionKeys)
        let file = try StoreFile(path: path)
        if !create { try file.requireStore() }
        let lock = try StoreLock(store: file.path)
        let isEmpty = try file.prepare()
        let hadLog = file.hasLog
        do {
            if isEmpty {
                try mark(file)
            } else {
                try examine(file, sealer)
            }
            let pool = try DatabasePool(
                path: file.path, configuration: ConnectionSettings.configuration(busyTimeout: busyTimeout))
            try pool.writeWithoutTransaction { try ConnectionSettings.enforceDurability($0) }
            try Schema.migrator(sealer).migrate(pool)
            let identity = try pool.write { db in
                try StoreIdentity.addKey(of: sealer, Database(db))
                return try StoreIdentity(Database(db), sealer)
            }
            logger.info(
                "Store opened",
                metadata: [
                    "path": "\(file.path)", "store_id": "\(identity.storeID)", "sealed": "\(sealer.seals)",
                ])
            let version = try pool.read { try Schema.migrator(sealer).completedMigrations($0).last ?? "" }
            let engine = SQLiteEngine(file: file, lock: lock, pool: pool, schemaVersion: version, logger: logger)
            return SQLStore(
                engine: engine, sealer: sealer, identity: identity, unreadable: UnreadableRows(tell: onUnreadable))
        } catch {
            if !hadLog { file.removeEmptyLog() }
            throw StoreOpenError(any: error, path: file.path)
        }
    }

    /// Whether a process with these keys could open the store, also while another one has it open. Nothing is written.
    public static func check(path: String, encryptionKeys: [[UInt8]]) throws(StoreOpenError) {
        let sealer = try Sealer(keys: encryptionKeys)
        let file = try StoreFile(path: path)
        do {
            try examine(file, sealer)
        } catch {
            throw StoreOpenError(any: error, path: file.path)
        }
    }

    /// Names a new file as ours. It is done before the journal mode changes, while a commit reaches the file itself.
    private static func mark(_ file: StoreFile) throws {
        let queue = try DatabaseQueue(path: file.path)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA application_id = \(StoreFile.applicationID)")
        }
        try queue.close()
    }

    /// Refuses what cannot be used, over a connection that cannot write.
    private static func examine(_ file: StoreFile, _ sealer: Sealer) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: file.path, configuration: configuration)
        try queue.read { db in
            let migrator = Schema.migrator(sealer)
            if try migrator.hasBeenSuperseded(db) { throw StoreOpenError.newer(path: file.path) }
            // A crash may have left a file that is named and holds nothing yet.
            if try migrator.appliedIdentifiers(db).isEmpty { return }
            try StoreIdentity.checkKeys(Database(db), sealer, path: file.path)
        }
        try queue.close()
    }
}

extension StoreOpenError {
    /// What an error of opening means.
    fileprivate init(any error: any Error, path: String) {
        switch error {
        case let error as StoreOpenError: self = error
        case let error as DatabaseError: self.init(error, path: path)
        default: self = .failed(path: path, reason: "\(error)")
        }
    }

    init(_ error: DatabaseError, path: String) {
        let reason = error.message ?? "\(error.resultCode)"
        self =
            switch error.resultCode {
            case .SQLITE_NOTADB, .SQLITE_CORRUPT: .damaged(path: path, reason: reason)
            case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM: .notAccessible(path: path, reason: reason)
            default: .failed(path: path, reason: reason)
            }
    }
}
