import BridgeCore
import Foundation
import Logging
import Synchronization

/// The store in a SQL database: what is done is said here once, and an engine does it.
///
/// A commit is on disk, the power's loss included, when the call that asked for it returns. Values are sealed by the
/// caller's thread before they are queued, so that a writer only writes. In SQLite, what was erased or has expired is
/// overwritten in the database at once, and gone from its log after the next ``expire(_:at:limit:)``.
public final class SQLStore: Store {
    let engine: any StoreEngine
    let gate = ReadGate()
    let sealer: Sealer
    let identity: StoreIdentity
    let unreadable: UnreadableRows
    /// Who the process is among those that share the store; `nil` before it has joined.
    let instance = Mutex<InstanceID?>(nil)
    /// Whether the log may hold what was removed. A crash may have left such a log.
    let mustEmptyLog = Mutex(true)

    init(engine: any StoreEngine, sealer: Sealer, identity: StoreIdentity, unreadable: UnreadableRows) {
        self.engine = engine
        self.sealer = sealer
        self.identity = identity
        self.unreadable = unreadable
    }

    /// The HMAC-SHA256 of `bytes` under the store's own random key, the purpose mixed in.
    public func fingerprint(_ purpose: String, _ bytes: [UInt8]) -> [UInt8] {
        identity.fingerprint(purpose, bytes)
    }

    /// How many writes wait for the next transaction: a gauge of how busy the disk is.
    public var waitingWrites: Int { engine.waitingWrites }

    /// Writes and reads back, to show that the store works.
    public func probe() async throws(StoreError) {
        var generator = SystemRandomNumberGenerator()
        let mark = String(generator.next() as UInt64)
        try await write { db in
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

    /// Ends all calls so long after now, and refuses those that come later; nothing where the store is on this machine.
    public func cut(after limit: Duration) {
        engine.cut(after: limit)
    }

    /// Commits what waits, and gives back what the engine holds. PostgreSQL has a second for that.
    public func close() async {
        await engine.close()
    }

    /// Runs `body` in a transaction, and returns when that is on disk.
    ///
    /// - Parameters:
    ///   - bytes: How much it writes, when that is much.
    ///   - waitsForNone: Whether it goes before the writes that wait, where the engine can do that.
    func write<Value: Sendable>(
        bytes: Int = 0, waitsForNone: Bool = false, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let instance = instance.withLock { $0 }
        return try await engine.write(bytes: bytes, waitsForNone: waitsForNone) { db in try body(db.owned(by: instance))
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
        let instance = instance.withLock { $0 }
        return try await engine.read { db in try body(db.owned(by: instance)) }
    }
}
