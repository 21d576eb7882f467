import Dispatch

/// Reads large bodies on a thread of its own.
///
/// A body of many megabytes takes long to read. The threads of Swift's concurrency are as few as the cores: they are
/// left to small requests, polls and deliveries.
struct DecodingQueue: Sendable {
    // Serial, because a concurrent queue would share its threads with Swift's concurrency. One thread reads faster than
    // a network brings.
    private let queue = DispatchQueue(label: "marksign-bridge.decoding")

    /// Bodies up to this many bytes are read where they are: the way to another thread would take longer.
    static let smallBytes = 256 * 1024

    /// Does what takes time in proportion to a body of that many bytes.
    func run<Value: Sendable>(
        bytes: Int, _ work: @escaping @Sendable () throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        guard bytes > Self.smallBytes else { return try work() }
        let result: Result<Value, Problem> = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result(catching: work)) }
        }
        return try result.get()
    }
}
