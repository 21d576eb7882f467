/// The waits between the tries of a write that must be stored, however long that takes.
public struct WriteRetry: Sendable {
    private var next: Duration
    private let longest: Duration

    /// Waits that double from the first to the longest.
    public init(first: Duration = .milliseconds(100), longest: Duration = .seconds(5)) {
        next = first
        self.longest = longest
    }

    /// How long to wait before the next try. `nil`: the store is damaged, and there is none.
    public mutating func wait(after error: StoreError) -> Duration? {
        if case .fatal = error { return nil }
        defer { next = min(next * 2, longest) }
        return next
    }
}
