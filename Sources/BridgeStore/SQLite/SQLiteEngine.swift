import BridgeCore
import Foundation
import GRDB
import Logging

/// The engine of one process: a SQLite file, one writer, and readers beside it.
final class SQLiteEngine: StoreEngine {
    let pool: DatabasePool
    let writer: WriteQueue
    private let file: StoreFile
    private let schemaVersion: String
    private let logger: Logger
    // Released last: declared after the pool.
    private let lock: StoreLock

    init(file: StoreFile, lock: StoreLock, pool: DatabasePool, schemaVersion: String, logger: Logger) {
        self.file = file
        self.lock = lock
        self.pool = pool
        self.schemaVersion = schemaVersion
        self.logger = logger
        writer = WriteQueue(pool)
    }

    var dialect: Dialect { .sqlite }
    var waitingWrites: Int { writer.depth }

    func write<Value: Sendable>(
        bytes: Int, waitsForNone: Bool, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await writer.write(bytes: bytes, body)
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            pool.asyncRead { database in
                let value = Result { try body(Database(try database.get())) }
                continuation.resume(returning: value.mapError { StoreError($0) })
            }
        }
        return try result.get()
    }

    func emptyLog() async {
        await writer.checkpoint()
    }

    func facts() async throws(StoreError) -> EngineFacts {
        EngineFacts(
            product: "sqlite", version: try await read { try $0.value("SELECT sqlite_version()") } ?? "",
            location: file.path, schemaVersion: schemaVersion, size: file.size)
    }

    /// A disk answers.
    func cut(after limit: Duration) {}

    /// Commits what waits, moves the log into the database, and gives back the file and its lock.
    func close() async {
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
}
