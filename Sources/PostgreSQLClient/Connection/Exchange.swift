import CPostgreSQL
import Glibc

/// One statement's way to the server and back.
struct Exchange {
    enum Outcome {
        /// Everything was answered, be it with an error.
        case done
        /// The deadline passed first, or the connection was interrupted.
        case silent
        /// The connection ended first.
        case lost
    }

    /// The last answer that was not an error.
    private(set) var last: Reply?
    /// The first error.
    private(set) var failure: PostgreSQLError?
    private let handle: OpaquePointer
    private let deadline: ContinuousClock.Instant
    private let interruption: Interruption?

    init(_ handle: OpaquePointer, until deadline: ContinuousClock.Instant, unless interruption: Interruption?) {
        self.handle = handle
        self.deadline = deadline
        self.interruption = interruption
    }

    /// Writes what libpq has buffered, and reads until the server is ready for the next statement.
    mutating func finish() -> Outcome {
        while true {
            let unsent = PQflush(handle)
            guard unsent >= 0 else { return drain() }
            guard unsent > 0 else { break }
            // The server may have to be read from before it reads on.
            let ready = wait(for: POLLIN | CInt(POLLOUT))
            guard ready != 0 else { return .silent }
            guard ready & ~CInt(POLLOUT) == 0 || PQconsumeInput(handle) == 1 else { return drain() }
        }
        while true {
            while PQisBusy(handle) == 1 {
                guard wait(for: POLLIN) != 0 else { return .silent }
                guard PQconsumeInput(handle) == 1 else { return drain() }
            }
            guard let result = PQgetResult(handle) else {
                return PQstatus(handle) == CONNECTION_OK ? .done : .lost
            }
            guard take(Reply(result)) else { return .lost }
        }
    }

    private func wait(for events: CInt) -> CInt {
        Socket.wait(PQsocket(handle), for: events, until: deadline, unless: interruption)
    }

    /// Reads what had come before the connection ended: the server may have said why.
    private mutating func drain() -> Outcome {
        while let result = PQgetResult(handle), take(Reply(result)) {}
        return .lost
    }

    /// Notes an answer; false when the connection cannot go on after it.
    private mutating func take(_ reply: Reply) -> Bool {
        switch reply.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: last = reply
        case PGRES_EMPTY_QUERY: break
        case PGRES_FATAL_ERROR: failure = failure ?? reply.error
        default:
            failure = PostgreSQLError(.other, message: "the server answered what is not supported here, such as COPY")
            return false
        }
        return true
    }
}
