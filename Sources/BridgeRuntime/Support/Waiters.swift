import BridgeCore
import Synchronization

/// Callers that wait for a session's end.
final class Waiters: Sendable {
    private struct State {
        var waiting: [SessionID: [Int: AsyncStream<Never>.Continuation]] = [:]
        var lastTicket = 0
        var closed = false
    }

    private let state = Mutex(State())

    /// Registers before `check` looks, so that an end between looking and waiting is not missed. Returns at once when
    /// `check` says so; otherwise when the session ends, when the time is over, or at shutdown.
    func wait<Value: Sendable, Failure: Error>(
        for id: SessionID, atMost limit: Duration, unless check: () async throws(Failure) -> (done: Bool, Value)
    ) async throws(Failure) -> Value? {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        let ticket = state.withLock { state in
            state.lastTicket += 1
            if state.closed { return nil as Int? }
            state.waiting[id, default: [:]][state.lastTicket] = continuation
            return state.lastTicket
        }
        defer { if let ticket { remove(ticket, of: id) } }
        let (done, value) = try await check()
        if done || ticket == nil || limit <= .zero { return value }
        await withTaskGroup { group in
            group.addTask { for await _ in stream {} }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
        return nil
    }

    /// The sessions that somebody waits for.
    var sessions: [SessionID] { state.withLock { $0.waiting.keys.sorted() } }

    /// The session has ended.
    func notify(_ id: SessionID) {
        let waiting = state.withLock { $0.waiting.removeValue(forKey: id) }
        for continuation in (waiting ?? [:]).values { continuation.finish() }
    }

    /// Nobody waits any longer, now or later.
    func close() {
        let waiting = state.withLock { state in
            state.closed = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values.flatMap(\.values) { continuation.finish() }
    }

    /// Whether ``close()`` was called.
    var isClosed: Bool { state.withLock { $0.closed } }

    private func remove(_ ticket: Int, of id: SessionID) {
        state.withLock { state in
            state.waiting[id]?[ticket] = nil
            if state.waiting[id]?.isEmpty == true { state.waiting[id] = nil }
        }
    }
}
