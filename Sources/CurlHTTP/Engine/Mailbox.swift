import CCurl
import Synchronization

/// Where an engine's thread gets its work from.
final class Mailbox: Sendable {
    enum Command: Sendable {
        case start(Transfer)
        case cancel(UInt)
        /// There may be room for the body of the transfer.
        case readOn(UInt)
        case resolved(UInt, Result<ResolvedHost, HTTPClientError>)
    }

    private struct State {
        var commands: [Command] = []
        /// The thread is in `curl_multi_poll` or about to be, and nobody has woken it yet.
        var isAsleep = false
        var isClosed = false
        var isFinished = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Used for `curl_multi_wakeup` only, which any thread may call, and only before the mailbox is closed: the
    /// engine frees the handle after that.
    nonisolated(unsafe) private let multi: OpaquePointer

    init(multi: OpaquePointer) {
        self.multi = multi
    }

    /// Hands a command over; false when the engine takes none any more.
    func post(_ command: Command) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.commands.append(command)
            wake(&state)
            return true
        }
    }

    /// Tells the thread to fail what it has and to end.
    func close() {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.isClosed = true
            wake(&state)
        }
    }

    /// Moves all commands to `commands`, which is empty; false when they are the last.
    func take(into commands: inout [Command]) -> Bool {
        state.withLock { state in
            state.isAsleep = false
            swap(&state.commands, &commands)
            return !state.isClosed
        }
    }

    /// Whether the thread may sleep; from now on a command wakes it.
    func prepareToSleep() -> Bool {
        state.withLock { state in
            state.isAsleep = state.commands.isEmpty && !state.isClosed
            return state.isAsleep
        }
    }

    /// Tells that the thread has let go of everything.
    func finish() {
        let waiters = state.withLock { state in
            state.isFinished = true
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once the thread has let go of everything.
    func waitUntilFinished() async {
        await withCheckedContinuation { continuation in
            let isFinished = state.withLock { state in
                if !state.isFinished { state.waiters.append(continuation) }
                return state.isFinished
            }
            if isFinished { continuation.resume() }
        }
    }

    /// Inside the lock, so that the handle cannot be freed meanwhile; only the first command of a batch pays for it.
    private func wake(_ state: inout State) {
        guard state.isAsleep else { return }
        state.isAsleep = false
        curl_multi_wakeup(multi)
    }
}
