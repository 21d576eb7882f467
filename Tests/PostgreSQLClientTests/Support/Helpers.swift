import Dispatch
import Foundation
import PostgreSQLServer
import Synchronization
import Testing

@testable import PostgreSQLClient

/// Runs `body` on a thread of its own, where blocking is allowed; what it expects belongs to the test that called.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withTaskExecutorPreference(ThreadExecutor()) { try body() }
}

/// Gives `body` a connection to the shared server, on a thread where blocking is allowed.
func withConnection<Value: Sendable>(
    _ body: @escaping @Sendable (PostgreSQLConnection) throws -> Value
) async throws -> Value {
    let url = try PostgreSQLURL(try await PostgreSQLServer.shared.value.url())
    return try await onThread {
        let connection = try PostgreSQLConnection(to: url)
        connection.deadline = .now.advanced(by: .seconds(60))
        return try body(connection)
    }
}

/// Gives `body` a pool, and closes it afterwards.
func withPool<Value>(
    _ url: String? = nil, size: Int = 2, wait: Duration = .seconds(60), _ body: (PostgreSQLPool) async throws -> Value
) async throws -> Value {
    let shared = try await PostgreSQLServer.shared.value.url()
    let pool = PostgreSQLPool(to: try PostgreSQLURL(url ?? shared), size: size, wait: wait)
    let result: Result<Value, any Error>
    do { result = .success(try await body(pool)) } catch { result = .failure(error) }
    await pool.close()
    return try result.get()
}

/// The error of what has to fail.
func failure(
    sourceLocation: SourceLocation = #_sourceLocation, of body: () async throws -> some Any
) async throws -> PostgreSQLError {
    let error = await #expect(throws: PostgreSQLError.self, sourceLocation: sourceLocation) { _ = try await body() }
    return try #require(error, sourceLocation: sourceLocation)
}

/// The error of what has to fail on a thread of its own.
func failure(
    of body: () throws -> some Any, sourceLocation: SourceLocation = #_sourceLocation
) throws -> PostgreSQLError {
    let error = #expect(throws: PostgreSQLError.self, sourceLocation: sourceLocation) { _ = try body() }
    return try #require(error, sourceLocation: sourceLocation)
}

/// Waits until `condition` holds, at most a minute: other tests may have the machine to themselves meanwhile.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now.advanced(by: .seconds(60))
    while try await !condition() {
        guard ContinuousClock.now < deadline else { return false }
        try await Task.sleep(for: .milliseconds(2))
    }
    return true
}

/// A name that no other test uses.
func uniqueName() -> String { "t\(UInt64.random(in: 0 ... .max))" }

/// Counts across threads.
final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .sequentiallyConsistent) }

    func increment() { count.add(1, ordering: .sequentiallyConsistent) }
}

extension PostgreSQLConnection {
    /// The only value of a statement.
    func value(_ sql: String, _ parameters: [PostgreSQLValue] = []) throws -> PostgreSQLValue {
        let rows = try query(sql, parameters).rows
        return try #require(rows.first?.first)
    }

    /// The number of the server's process.
    func processID() throws -> PostgreSQLValue { try value("SELECT pg_backend_pid()") }
}

/// A fault of a test itself.
struct TestFault: Error {}

/// Where threads wait for each other; at most a minute, so that a failing test ends.
final class Meeting: Sendable {
    private let count: Mutex<Int>
    private let semaphore = DispatchSemaphore(value: 0)
    private let size: Int

    init(_ size: Int) {
        self.size = size
        count = Mutex(0)
    }

    func meet() {
        let isLast = count.withLock { count in
            count += 1
            return count == size
        }
        if isLast {
            for _ in 0..<size { semaphore.signal() }
        }
        _ = semaphore.wait(timeout: .now() + 60)
    }
}

/// Something that a task waits for, without blocking a thread.
final class Signal: Sendable {
    private let stream = AsyncStream<Void>.makeStream()

    func send() { stream.continuation.finish() }

    func wait() async {
        for await _ in stream.stream {}
    }
}
