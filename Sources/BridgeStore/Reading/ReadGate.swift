import BridgeCore
import Synchronization

/// Lets in a few long reads at once, and one of a client: the other readers are left to what must not wait.
///
/// Who waits gets in first come, first served, but for those whose client is in already. Who is cancelled while it
/// waits leaves.
final class ReadGate: Sendable {
    private struct Waiter {
        let number: Int
        let client: ClientID?
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var inside: Set<ClientID?> = []
        var waiting: [Waiter] = []
        var lastNumber = 0

        func admits(_ client: ClientID?) -> Bool {
            inside.count < ReadGate.width && !inside.contains(client)
        }
    }

    /// The most reads at once.
    static let width = 3

    private let state = Mutex(State())

    /// Waits for a turn, which ends with ``leave(_:)``. `false`: the caller was cancelled first, and got none.
    ///
    /// - Parameter client: For whom is read; `nil` is the service itself.
    func enter(_ client: ClientID?) async -> Bool {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    // The handler may have run, and found nothing to call back.
                    if Task.isCancelled { return false }
                    if state.admits(client) {
                        state.inside.insert(client)
                        return true
                    }
                    state.waiting.append(Waiter(number: number, client: client, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: false)
        }
    }

    /// Ends a turn.
    func leave(_ client: ClientID?) {
        let next = state.withLock { state -> Waiter? in
            state.inside.remove(client)
            // One left, so one gets in at most.
            guard let index = state.waiting.firstIndex(where: { state.admits($0.client) }) else { return nil }
            let waiter = state.waiting.remove(at: index)
            state.inside.insert(waiter.client)
            return waiter
        }
        next?.continuation.resume(returning: true)
    }

    /// How many wait.
    var depth: Int { state.withLock(\.waiting.count) }
}
