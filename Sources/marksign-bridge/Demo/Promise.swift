/// A value that comes once, and may be awaited more than once.
struct Promise<Value: Sendable>: Sendable {
    private let task: Task<Value?, Never>
    private let continuation: AsyncStream<Value>.Continuation

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Value.self)
        self.continuation = continuation
        task = Task { await stream.first { _ in true } }
    }

    func fulfil(_ value: Value) {
        continuation.yield(value)
    }

    /// The value, once it is there.
    var value: Value {
        get async throws {
            guard let value = await task.value else { throw CancellationError() }
            return value
        }
    }
}
