import BridgeCore

/// A write that waits for its transaction.
protocol PendingWrite: AnyObject, Sendable {
    /// How much it writes, when that is much.
    var bytes: Int { get }
    /// Performs it, inside a transaction.
    func perform(_ db: Database) throws
    /// Tells its caller, after the transaction. `failure`: why the whole transaction came to nothing.
    func finish(failure: StoreError?)
}

/// A write and who waits for it.
///
/// `@unchecked Sendable`: `outcome` is touched only by the writer's serial queue, between `perform` and `finish`.
final class Write<Value: Sendable>: PendingWrite, @unchecked Sendable {
    let bytes: Int
    private let body: @Sendable (Database) throws -> Value
    private let continuation: CheckedContinuation<Result<Value, StoreError>, Never>
    private var outcome: Result<Value, StoreError> = .failure(.unavailable("the write was not reached"))

    init(
        bytes: Int, body: @escaping @Sendable (Database) throws -> Value,
        continuation: CheckedContinuation<Result<Value, StoreError>, Never>
    ) {
        self.bytes = bytes
        self.body = body
        self.continuation = continuation
    }

    func perform(_ db: Database) throws {
        do {
            outcome = .success(try body(db))
        } catch {
            outcome = .failure(StoreError(error))
            throw error
        }
    }

    func finish(failure: StoreError?) {
        continuation.resume(returning: failure.map { .failure($0) } ?? outcome)
    }
}
