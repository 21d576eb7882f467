import BridgeCore

extension WriteRetry {
    /// Waits before the next try of a write. `false`: there is none, the store is damaged or the process ends.
    mutating func isDue(after error: StoreError) async -> Bool {
        guard let wait = wait(after: error) else { return false }
        return await !isCut(waiting: wait)
    }
}

/// Waits. Whether that was cut, because the process ends.
func isCut(waiting duration: Duration) async -> Bool {
    do {
        try await Task.sleep(for: duration)
        return false
    } catch {
        return true
    }
}
