import BridgeCore
import Failpoints
import GRDB
import Synchronization

/// Commits writes in groups: what waits while one transaction is committed goes into the next.
///
/// A write that finds nothing under way is committed at once. Each has a savepoint of its own, so that one that fails
/// leaves the others alone. Every caller hears of its write after the commit, and a caller that is cancelled meanwhile
/// changes nothing: what was asked is finished.
final class WriteQueue: Sendable {
    private struct State {
        var waiting: [any PendingWrite] = []
        var isDraining = false
        /// Why nothing is written any more.
        var refusal: StoreError?
    }

    /// The most writes of one transaction.
    static let maximumWrites = 256
    /// The most bytes of large values in one transaction: two chunks of a file.
    static let maximumBytes = 2 * StoredFile.chunkSize

    private let pool: DatabasePool
    private let state = Mutex(State())

    init(_ pool: DatabasePool) {
        self.pool = pool
    }

    /// Runs `body` in a transaction, and returns when that is on disk.
    ///
    /// - Parameter bytes: How much it writes, when that is much.
    func write<Value: Sendable>(
        bytes: Int = 0, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            enqueue(Write(bytes: bytes, body: body, continuation: continuation))
        }
        return try result.get()
    }

    /// How many writes wait for the next transaction.
    var depth: Int { state.withLock(\.waiting.count) }

    /// Refuses every write from now on, commits those that wait, and moves the log into the database.
    func close() async {
        state.withLock { $0.refusal = $0.refusal ?? .unavailable("the store is closed") }
        await checkpoint()
    }

    /// Moves the log into the database and empties it, so that what was removed is in neither.
    ///
    /// It does nothing when a reader is in the way for too long.
    func checkpoint() async {
        await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { db in
                do {
                    try db.checkpoint(.truncate)
                } catch {
                    self.refuseAfter(StoreError(error))
                }
                continuation.resume()
            }
        }
    }

    private func enqueue(_ write: some PendingWrite) {
        let (refusal, mustStart) = state.withLock { state -> (StoreError?, Bool) in
            if let refusal = state.refusal { return (refusal, false) }
            state.waiting.append(write)
            defer { state.isDraining = true }
            return (nil, !state.isDraining)
        }
        if let refusal { write.finish(failure: refusal) }
        if mustStart { pool.asyncWriteWithoutTransaction { self.drain($0) } }
    }

    private func drain(_ db: GRDB.Database) {
        while let batch = nextBatch() {
            let failure = commit(batch, db)
            if let failure { refuseAfter(failure) }
            for write in batch { write.finish(failure: failure) }
        }
    }

    /// After a failed fsync nobody knows what is on the disk: another commit would only hide it.
    private func refuseAfter(_ failure: StoreError) {
        if case .fatal = failure { state.withLock { $0.refusal = failure } }
    }

    private func nextBatch() -> [any PendingWrite]? {
        state.withLock { state in
            var bytes = 0
            let batch = state.waiting.prefix(Self.maximumWrites).prefix { write in
                let isFirst = bytes == 0
                bytes += write.bytes
                return isFirst || write.bytes == 0 || bytes <= Self.maximumBytes
            }
            state.waiting.removeFirst(batch.count)
            state.isDraining = !batch.isEmpty
            return batch.isEmpty ? nil : Array(batch)
        }
    }

    /// Why nothing of the batch is stored; `nil` when it is committed.
    private func commit(_ batch: [any PendingWrite], _ db: GRDB.Database) -> StoreError? {
        if let refusal = state.withLock(\.refusal), case .fatal = refusal { return refusal }
        do {
            try db.inTransaction(.immediate) {
                if batch.count == 1 {
                    try batch[0].perform(Database(db))
                } else {
                    for write in batch { try performAlone(write, db) }
                }
                Failpoint.hit(.transactionWritten)
                return .commit
            }
            Failpoint.hit(.transactionCommitted)
            return nil
        } catch {
            return StoreError(error)
        }
    }

    /// Performs a write so that its failure undoes only what it did itself.
    private func performAlone(_ write: any PendingWrite, _ database: GRDB.Database) throws {
        let db = Database(database)
        try db.run("SAVEPOINT one_write")
        do {
            try write.perform(db)
        } catch {
            // Some errors end the whole transaction, and some mean that nothing here can be trusted.
            if !database.isInsideTransaction { throw error }
            if case .fatal = StoreError(error) { throw error }
            try db.run("ROLLBACK TO one_write")
        }
        try db.run("RELEASE one_write")
    }
}
