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
    private let settlement = Mutex<Task<Result<Void, StoreError>, Never>?>(nil)

    init(_ url: PostgreSQLURL) {
        pool = PostgreSQLPool(to: url, size: Self.connections, wait: Self.wait)
        location = url.description
    }

    var dialect: Dialect { .postgreSQL }
    var waitingWrites: Int { pool.waitingCount }

    func write<Value: Sendable>(
        bytes: Int, waitsForNone: Bool, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let (value, doubt) = try await run(readOnly: false, in: waitsForNone ? .reserved : .shared) { [self] db in
            let value = try body(db)
            // Asked last: what it found may be in doubt since.
            let doubt = doubts.withLock { $0.open }
            if doubt != nil { try db.confirm() }
            Failpoint.hit(.transactionWritten)
            return (value, doubt)
        }
        Failpoint.hit(.transactionCommitted)
        if let doubt { doubts.withLock { $0.settle(doubt) } }
        return value
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        // What is read would be followed: a webhook sent, an answer told.
        while true {
            while doubts.withLock({ $0.open }) != nil { try await settling().value.get() }
            let last = doubts.withLock { $0.last }
            let value = try await run(readOnly: true, body)
            if doubts.withLock({ $0.last }) == last { return value }
        }
    }

    /// A commit that waits for the standby. One at a time, however many read: they would take the connections of those
    /// that have work to do.
    private func settling() -> Task<Result<Void, StoreError>, Never> {
        settlement.withLock { settlement in
            if let settlement { return settlement }
            let new = Task { () -> Result<Void, StoreError> in
                defer { self.settlement.withLock { $0 = nil } }
                do throws(StoreError) {
                    return .success(try await write(bytes: 0, waitsForNone: false) { _ in })
                } catch {
                    return .failure(error)
                }
            }
            settlement = new
            return new
        }
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
        while true {
            do {
                return try await pool.transaction(readOnly: readOnly, limit: Self.limit, in: lane) {
                    [reruns] connection in
                    try body(
                        Database(
                            PostgreSQLTransaction(connection: connection), isRerun: reruns.isRerun,
                            isInDoubt: reruns.isInDoubt))
                }
            } catch {
                if (error as? PostgreSQLError)?.kind == .inDoubt { doubts.withLock { $0.add() } }
                let wait = reruns.wait(after: error, at: .now, random: .random(in: 0..<1))
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
