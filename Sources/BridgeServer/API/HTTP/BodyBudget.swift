import BridgeCore
import Synchronization

/// How many bytes of request bodies are in memory at once, over all connections.
///
/// No client gets more than its share: what it sends cannot keep the others' requests out.
final class BodyBudget: Sendable {
    private struct State {
        var free: Int
        var taken: [ClientID: Int] = [:]
    }

    private let share: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - bytes: The whole budget.
    ///   - share: The most that one client may have of it.
    init(bytes: Int, share: Int) {
        self.share = min(share, bytes)
        state = Mutex(State(free: bytes))
    }

    /// Whether that much could be taken now.
    func hasRoom(for bytes: Int, of client: ClientID) -> Bool {
        state.withLock { room(in: $0, for: client) >= bytes }
    }

    /// Takes a part of the budget, if there is that much left.
    func take(_ bytes: Int, for client: ClientID) -> Bool {
        state.withLock { state in
            guard room(in: state, for: client) >= bytes else { return false }
            state.free -= bytes
            state.taken[client, default: 0] += bytes
            return true
        }
    }

    /// Gives a part back.
    func giveBack(_ bytes: Int, of client: ClientID) {
        guard bytes > 0 else { return }
        state.withLock { state in
            state.free += bytes
            let left = state.taken[client, default: 0] - bytes
            state.taken[client] = left > 0 ? left : nil
        }
    }

    /// How much a client has.
    func taken(by client: ClientID) -> Int {
        state.withLock { $0.taken[client, default: 0] }
    }

    private func room(in state: State, for client: ClientID) -> Int {
        min(state.free, share - state.taken[client, default: 0])
    }
}
