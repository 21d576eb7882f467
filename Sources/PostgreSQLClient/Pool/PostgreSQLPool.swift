import Dispatch

/// A few connections to one database, for many callers.
///
/// Connections are made when they are needed, and made anew when they were lost: at once the first time, then with a
/// random backoff of at most 2 s, by one worker at a time. What waits meanwhile is done as soon as one is there. Each
/// has a thread of its own, so that nothing blocks the threads of Swift's tasks.
public final class PostgreSQLPool: Sendable {
    /// Who goes where.
    public enum LaneName: Sendable {
        /// All callers, first come, first served.
        case shared
        /// One more connection, for what must not wait behind others: a heartbeat.
        case reserved
    }

    private let shared: Lane
    private let reserved: Lane
    private let interruption = Interruption()

    /// Makes a pool; it connects when it is first used.
    ///
    /// - Parameters:
    ///   - size: How many connections there are at most, besides the reserved one; from 1.
    ///   - wait: How long a caller waits for one of them.
    public init(to url: PostgreSQLURL, size: Int = 8, wait: Duration = .seconds(5)) {
        precondition(size > 0)
        shared = Lane("postgresql", to: url, size: size, wait: wait, interruption: interruption)
        reserved = Lane("postgresql-reserved", to: url, size: 1, wait: wait, interruption: interruption)
    }

    deinit {
        // Their threads would wait for work for ever.
        shared.close()
        reserved.close()
    }

    /// Runs `body` in a transaction, as ``PostgreSQLConnection/transaction(readOnly:limit:_:)`` does, on a connection
    /// of the pool.
    ///
    /// It is not cancelled with its caller: it ends in time by itself. A connection that was lost while nobody used it
    /// is replaced before `body` is called, which is called once at most.
    ///
    /// - Throws: What `body` throws, or a ``PostgreSQLError``, which is `unavailable` when no connection was free in
    ///   time.
    public func transaction<Value: Sendable>(
        readOnly: Bool = false, limit: Duration, in lane: LaneName = .shared,
        _ body: @escaping @Sendable (PostgreSQLConnection) throws -> Value
    ) async throws -> Value {
        try await submit(to: lane) { connection, finish in
            do throws(PostgreSQLError) {
                try connection.begin(readOnly: readOnly, limit: limit)
            } catch {
                guard !error.kind.isLasting else {
                    finish(.failure(error))
                    return nil
                }
                return error
            }
            finish(Result { try connection.complete(readOnly: readOnly, body) })
            return nil
        }
    }

    /// Runs `body` on a connection of the pool, outside a transaction: for a single statement, in a single round trip.
    ///
    /// The server has no limit of its own for it; this side ends it after `limit`.
    ///
    /// - Throws: What `body` throws, or a ``PostgreSQLError``, which is `unavailable` when no connection was free in
    ///   time.
    public func run<Value: Sendable>(
        limit: Duration, in lane: LaneName = .shared,
        _ body: @escaping @Sendable (PostgreSQLConnection) throws -> Value
    ) async throws -> Value {
        try await submit(to: lane) { connection, finish in
            connection.deadline = .now.advanced(by: limit)
            finish(Result { try body(connection) })
            // What is begun there must not end up in another caller's hands.
            if connection.isInTransaction { connection.close() }
            return nil
        }
    }

    /// How many callers wait for one of the shared connections: a gauge of how busy the database is.
    public var waitingCount: Int { shared.waitingCount }

    /// Refuses new work, and returns when what was waiting or under way is done and the connections are closed.
    public func close() async {
        shared.close()
        reserved.close()
        await shared.waitUntilClosed()
        await reserved.waitUntilClosed()
    }

    /// Refuses all work from so long after now on: what waits at once, and what is under way as if the server did not
    /// answer. Then ``close()`` has nothing to wait for.
    public func cut(after limit: Duration) {
        let (seconds, attoseconds) = limit.components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in
            guard let self else { return }
            // First, so that nobody is told to try again.
            shared.cut()
            reserved.cut()
            interruption.happen()
        }
    }

    /// Whether all work is refused.
    public var isCut: Bool { reserved.isCut }

    private func submit<Value: Sendable>(
        to lane: LaneName,
        _ run:
            @escaping @Sendable (PostgreSQLConnection, _ finish: (Result<Value, any Error>) -> Void) -> PostgreSQLError?
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            (lane == .shared ? shared : reserved).submit {
                run($0) { continuation.resume(with: $0) }
            } fail: {
                continuation.resume(throwing: $0)
            }
        }
    }
}
