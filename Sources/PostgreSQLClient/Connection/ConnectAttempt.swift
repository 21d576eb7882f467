import CPostgreSQL
import Glibc

/// An attempt to connect to one host.
enum ConnectAttempt {
    /// An open connection, to be given to `PQfinish` by whoever gets it.
    static func make(
        _ options: [String: String], until deadline: ContinuousClock.Instant, unless interruption: Interruption?
    ) -> Result<OpaquePointer, PostgreSQLError> {
        guard let handle = start(options) else {
            return .failure(PostgreSQLError(.unavailable, message: "there is no memory for a connection"))
        }
        // A server that stops just now would be quoted on standard error.
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
        // The only way to learn the code of an error while connecting is to have it in the text.
        PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        if let failure = proceed(handle, until: deadline, unless: interruption) {
            PQfinish(handle)
            return .failure(failure)
        }
        PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
        return .success(handle)
    }

    private static func start(_ options: [String: String]) -> OpaquePointer? {
        let options = options.sorted { $0.key < $1.key }
        let copies = options.map { (strdup($0.key), strdup($0.value)) }
        defer {
            for (name, value) in copies {
                free(name)
                free(value)
            }
        }
        let names = copies.map { UnsafePointer($0.0) } + [nil]
        let values = copies.map { UnsafePointer($0.1) } + [nil]
        return PQconnectStartParams(names, values, 0)
    }

    private static func proceed(
        _ handle: OpaquePointer, until deadline: ContinuousClock.Instant, unless interruption: Interruption?
    ) -> PostgreSQLError? {
        guard PQstatus(handle) != CONNECTION_BAD else { return reason(handle) }
        // As if PQconnectPoll had asked for it.
        var step = PGRES_POLLING_WRITING
        while step != PGRES_POLLING_OK {
            let events = step == PGRES_POLLING_READING ? POLLIN : CInt(POLLOUT)
            guard Socket.wait(PQsocket(handle), for: events, until: deadline, unless: interruption) != 0 else {
                let address = PQhost(handle).map { String(cString: $0) } ?? ""
                return PostgreSQLError(.unavailable, message: "\(address) did not let a connection in in time")
            }
            step = PQconnectPoll(handle)
            if step == PGRES_POLLING_FAILED { return reason(handle) }
        }
        return nil
    }

    /// Why an attempt failed; of several lines, one for each address, the one that has the server's code.
    private static func reason(_ handle: OpaquePointer) -> PostgreSQLError {
        let lines = String(cString: PQerrorMessage(handle)).split(whereSeparator: \.isNewline)
        for line in lines {
            // As in: connection to server at "::1", port 5432 failed: FATAL:  28P01: password authentication failed
            guard let code = line.firstMatch(of: #/:  ([0-9A-Z]{5}): /#) else { continue }
            let state = String(code.1)
            let message = line[..<code.range.lowerBound] + ": " + line[code.range.upperBound...]
            return PostgreSQLError(.init(sqlState: state), sqlState: state, message: String(message))
        }
        // The server asks for a password, and none is known.
        let isDenied = PQconnectionNeedsPassword(handle) == 1
        return PostgreSQLError(isDenied ? .denied : .unavailable, message: lines.first.map(String.init) ?? "")
    }
}
