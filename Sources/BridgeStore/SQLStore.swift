import BridgeCore
import Foundation
import GRDB
import Logging
import Synchronization

/// The store of one process, in a SQLite file.
///
/// A commit is on disk, the power's loss included, when the call that asked for it returns. Values are sealed by the
/// caller's thread before they are queued, so that the one writer only writes. What was erased or has expired is
/// overwritten in the database at once, and gone from its log after the next ``expire(_:at:limit:)``.
public final class SQLiteStore: Store {
    let file: StoreFile
    let pool: DatabasePool
    let writer: WriteQueue
    let gate = ReadGate()
    let sealer: Sealer
    let identity: StoreIdentity
    let logger: Logger
    /// Whether the log may hold what was removed. A crash may have left such a log.
    let mustEmptyLog = Mutex(true)
    // Released last: declared after the pool.
    private let lock: StoreLock

    init(
        file: StoreFile, lock: StoreLock, pool: DatabasePool, sealer: Sealer, identity: StoreIdentity, logger: Logger
    ) {
        self.file = file
        self.lock = lock
        self.pool = pool
        self.sealer = sealer
        self.identity = identity
        self.logger = logger
        writer = WriteQueue(pool)
    }

    /// The HMAC-SHA256 of `bytes` under the store's own random key, the purpose mixed in.
    public func fingerprint(_ purpose: String, _ bytes: [UInt8]) -> [UInt8] {
        identity.fingerprint(purpose, bytes)
    }

    /// How many writes wait for the next transaction: a gauge of how busy the disk is.
    public var waitingWrites: Int { writer.depth }

    /// Writes and reads back, to show that the store works.
    public func probe() async throws(StoreError) {
        var generator = SystemRandomNumberGenerator()
        let mark = String(generator.next() as UInt64)
        try await writer.write { db in
            try db.run(
                "INSERT INTO meta (name, value) VALUES ('probe', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [Data(mark.utf8)])
        }
        let found = try await read { db in
            try db.value("SELECT value FROM meta WHERE name = 'probe'", as: Data.self)
        }
        // Another probe may have written meanwhile; that nothing is found may not be.
        guard found != nil else { throw .fatal("what was written cannot be read") }
    }

    /// Commits what waits, moves the log into the database, and gives back the file and its lock.
    public func close() async {
        await writer.close()
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                do {
                    // The last connection to close removes the log, and one that only reads cannot.
                    self.pool.invalidateReadOnlyConnections()
                    try self.pool.close()
                } catch {
                    self.logger.warning("store not closed cleanly", metadata: ["reason": "\(error)"])
                }
                self.lock.release()
                continuation.resume()
            }
        }
    }

    /// Reads one state of the store for long: with few others at once, and with none of the same client.
    ///
    /// A caller that is cancelled while it waits for its turn gets an error.
    func readInTurn<Value: Sendable>(
        for client: ClientID?, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        guard await gate.enter(client) else { throw .unavailable("the read was cancelled before its turn") }
        defer { gate.leave(client) }
        return try await read(body)
    }

    /// Reads one state of the store; not cancelled with its caller, since every read is short.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StoreError) -> Value
    {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            pool.asyncRead { database in
                let value = Result { try body(try database.get()) }
                continuation.resume(returning: value.mapError { StoreError($0) })
            }
        }
        return try result.get()
    }
}
