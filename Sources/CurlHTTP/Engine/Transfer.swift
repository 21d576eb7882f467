/// One request on its way through an engine, and what came back so far.
///
/// Sendable: everything that changes is touched by the engine's thread only, which gets the transfer through the
/// mailbox's lock and gives its reply back through the continuation. The cancellation is the one exception, and atomic.
final class Transfer: @unchecked Sendable {
    typealias Continuation = CheckedContinuation<Result<Reply, HTTPClientError>, Never>

    /// What the engine hands back; the head is split into fields by whoever asked, not by the engine's thread.
    struct Reply: Sendable {
        let status: Int
        let head: [UInt8]
        let body: [UInt8]
        let bodyComplete: Bool
        let bodyLease: ByteBudget.Lease?
        let remoteAddress: String?
        let timings: HTTPClientResponse.Timings
    }

    enum Phase {
        case waiting
        /// Running on the handle of this index.
        case running(Int)
    }

    let id: UInt
    let request: HTTPClientRequest
    let target: RequestTarget
    let headerLines: StringList
    let submitted: ContinuousClock.Instant
    let deadline: ContinuousClock.Instant
    let continuation: Continuation

    /// Set before the engine is told of a cancellation, which may overtake the start.
    let cancellation: Cancellation

    var phase = Phase.waiting
    var started: ContinuousClock.Instant
    /// The addresses that may be tried, in libcurl's notation, when the host is a name.
    var resolveList: StringList?
    /// Set once a reused connection was refused by the filter: the next try makes its own.
    var avoidsReuse = false

    var exchange = Exchange()
    /// Until when the body of an answer is read of which the head is enough.
    var bodyDeadline: ContinuousClock.Instant?
    /// Has the engine read on where the body waits for room; set when the engine takes the transfer.
    var readOn: @Sendable () -> Void = {}

    init(
        id: UInt, request: HTTPClientRequest, target: RequestTarget, headerLines: StringList,
        submitted: ContinuousClock.Instant, cancellation: Cancellation, continuation: Continuation
    ) {
        self.id = id
        self.request = request
        self.target = target
        self.headerLines = headerLines
        self.submitted = submitted
        self.deadline = submitted.advanced(by: request.timeout)
        self.cancellation = cancellation
        self.continuation = continuation
        started = submitted
    }

    /// Whether the head alone makes the answer: what happens to the body then decides nothing.
    var isAnswered: Bool {
        guard case .prefix = request.bodyPolicy else { return false }
        return exchange.headComplete
    }

    /// When the engine ends it; libcurl keeps the deadline of what runs.
    var ownDeadline: ContinuousClock.Instant? {
        if case .waiting = phase { deadline } else { bodyDeadline }
    }

    /// An error with what this transfer adds to it.
    func error(_ kind: HTTPClientError.Kind, _ message: String) -> HTTPClientError {
        HTTPClientError(
            kind: kind, requestSent: exchange.requestSent, remoteAddress: exchange.remoteAddress, message: message)
    }
}
