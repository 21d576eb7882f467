import Synchronization

/// A bound on what large bodies take up together.
///
/// A body that finds no room is not read any further until another one's lease is let go of: what is big waits on its
/// connection, not in memory. Small bodies need no lease.
public final class ByteBudget: Sendable {
    /// Room that is taken, until it is let go of.
    public final class Lease: Sendable {
        private let budget: ByteBudget
        private let bytes: Int

        fileprivate init(_ budget: ByteBudget, _ bytes: Int) {
            self.budget = budget
            self.bytes = bytes
        }

        deinit { budget.giveBack(bytes) }
    }

    /// A body of at most that many bytes needs no lease.
    public static let smallBody = 1 << 20

    private struct State {
        var free: Int
        var waiting: [@Sendable () -> Void] = []
    }

    private let total: Int
    private let state: Mutex<State>

    /// A budget of that many bytes; a body that is larger than all of it waits until it is alone.
    public init(bytes: Int) {
        total = bytes
        state = Mutex(State(free: bytes))
    }

    /// Takes room, or has `retry` called once when some was let go of.
    func take(_ bytes: Int, orElse retry: @escaping @Sendable () -> Void) -> Lease? {
        let bytes = min(bytes, total)
        let isTaken = state.withLock { state in
            guard bytes <= state.free else {
                state.waiting.append(retry)
                return false
            }
            state.free -= bytes
            return true
        }
        return isTaken ? Lease(self, bytes) : nil
    }

    /// How many bodies wait for room.
    var waitingBodies: Int { state.withLock(\.waiting.count) }

    private func giveBack(_ bytes: Int) {
        let waiting = state.withLock { state in
            state.free += bytes
            defer { state.waiting = [] }
            return state.waiting
        }
        // All of them: whoever was first may have given up.
        for retry in waiting { retry() }
    }
}
