import Synchronization

/// How many bytes of request bodies are in memory at once, over all connections.
final class BodyBudget: Sendable {
    private let available: Mutex<Int>

    init(bytes: Int) {
        available = Mutex(bytes)
    }

    /// Takes a part of the budget, if there is that much left.
    func take(_ bytes: Int) -> Bool {
        available.withLock { available in
            guard available >= bytes else { return false }
            available -= bytes
            return true
        }
    }

    /// Gives a part back.
    func giveBack(_ bytes: Int) {
        available.withLock { $0 += bytes }
    }
}
