import BridgeCore
import Dispatch
import Failpoints
import PostgreSQLClient
import Synchronization

/// The engine of many processes: a PostgreSQL database, and a few connections to it.
///
/// Each write is a transaction of its own: those of several callers are never put into one, since locks are taken in
/// one order only within a single write. PostgreSQL flushes the commits of its connections together by itself.
final class PostgreSQLEngine: StoreEngine {
    /// How many connections there are at most, besides the one that is reserved.
    static let connections = 8
    /// How long a transaction may take; a wait for a lock, half of that.
    static let limit: Duration = .seconds(8)
    /// How long a transaction waits for a connection.
    static let wait: Duration = .seconds(4)

    private let pool: PostgreSQLPool
    private let location: String
    private let doubts = Mutex(Doubts())

    init(_ url: PostgreSQLURL) {
        pool = PostgreSQLPool(to: url, size: Self.connections, wait: Self.wait)
        location = url.description
    }

    var dialect: Dialect { .postgreSQL }
    var waitingWrites: Int { pool.waitingCount }

    func write<Value: Sendable>(
        bytes: Int, waitsForNone: Bool, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let value = try await run(readOnly: false, in: waitsForNone ? .reserved : .shared, body)
        Failpoint.hit(.transactionCommitted)
        return value
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        // What is read would be followed: a webhook sent, an answer told.
        if doubts.withLock({ $0.open }) != nil { try await write(bytes: 0, waitsForNone: false) { _ in } }
        return try await run(readOnly: true, body)
    }

    /// Vacuuming is the server's.
    func emptyLog() {}

    func facts() async throws(StoreError) -> EngineFacts {
        let facts = try await read { db in
            try db.row(
                """
                SELECT current_setting('server_version'), pg_database_size(current_database()),
                    (SELECT max(name::bigint) FROM schema_version)
                """)
        }
        guard let facts else { throw .unavailable("PostgreSQL told nothing of itself") }
        let version: Int = facts[2]
        return EngineFacts(
            product: "postgresql", version: facts[0], location: location, schemaVersion: "\(version)", size: facts[1])
    }

    func cut(after limit: Duration) {
        pool.cut(after: limit)
    }

    /// What still waits has a second.
    func close() async {
        pool.cut(after: .seconds(1))
        await pool.close()
    }

    private func run<Value: Sendable>(
        readOnly: Bool, in lane: PostgreSQLPool.LaneName = .shared,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        var reruns = Reruns(at: .now)
        var doubt = doubts.withLock { $0.open }
        while true {
            do {
                let value = try await pool.transaction(readOnly: readOnly, limit: Self.limit, in: lane) {
                    [reruns, doubt] connection in
                    let db = Database(
                        PostgreSQLTransaction(connection: connection), isRerun: reruns.isRerun,
                        isInDoubt: reruns.isInDoubt)
                    let value = try body(db)
                    guard !readOnly else { return value }
                    if doubt != nil { try db.confirm() }
                    Failpoint.hit(.transactionWritten)
                    return value
                }
                if !readOnly, let doubt { doubts.withLock { $0.settle(doubt) } }
                return value
            } catch {
                let wasInDoubt = reruns.isInDoubt
                let wait = reruns.wait(after: error, at: .now, random: .random(in: 0..<1))
                if reruns.isInDoubt, !wasInDoubt { doubt = doubts.withLock { $0.add() } }
                guard let wait, !pool.isCut else { throw StoreError(error) }
                await Self.pause(wait)
            }
        }
    }

    /// Waits, also when the caller is cancelled: what it asked is finished.
    private static func pause(_ duration: Duration) async {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { continuation.resume() }
        }
    }
}
