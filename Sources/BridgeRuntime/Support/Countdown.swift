import Synchronization

/// Counts what is under way, and tells when nothing is any more.
final class Countdown: Sendable {
    private struct State {
        var count = 0
        var idle: [AsyncStream<Never>.Continuation] = []
    }

    private let state = Mutex(State())

    func enter() {
        state.withLock { $0.count += 1 }
    }

    func leave() {
        let idle = state.withLock { state in
            state.count -= 1
            guard state.count == 0 else { return [AsyncStream<Never>.Continuation]() }
            defer { state.idle = [] }
            return state.idle
        }
        for continuation in idle { continuation.finish() }
    }

    /// Waits until nothing is under way; `false` when that took longer than `limit`.
    func drain(within limit: Duration) async -> Bool {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        let isIdle = state.withLock { state in
            if state.count > 0 { state.idle.append(continuation) }
            return state.count == 0
        }
        if isIdle { return true }
        return await withTaskGroup { group in
            group.addTask {
                for await _ in stream {}
                return !Task.isCancelled
            }
            group.addTask {
                try? await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? true
        }
    }
}
