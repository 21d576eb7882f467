import CPostgreSQL
import Glibc

/// A connection to a database, used by one thread at a time, which it blocks.
///
/// Nothing of it outlives a transaction on the server: no prepared statements, no settings, no listening. So it may
/// lead through PgBouncer in transaction mode.
public final class PostgreSQLConnection {
    /// When every call on this connection must have ended.
    ///
    /// A call that the server does not answer by then closes the connection: nobody could tell what a later answer is
    /// to.
    public var deadline: ContinuousClock.Instant

    /// When the server answered last.
    private(set) var lastAnswer: ContinuousClock.Instant

    private var handle: OpaquePointer?
    private let interruption: Interruption?
    /// The last warning of the server since the last statement was begun.
    private(set) var warning: String?

    /// Connects to the first host of `url` that lets it in.
    ///
    /// It takes at most the URL's `connect_timeout` for each host, and as long as the system takes to look up its name.
    public convenience init(to url: PostgreSQLURL) throws(PostgreSQLError) {
        try self.init(to: url, unless: nil)
    }

    /// Connects; from the interruption on, every call that waits for the server ends, and the connection with it.
    init(to url: PostgreSQLURL, unless interruption: Interruption?) throws(PostgreSQLError) {
        self.interruption = interruption
        deadline = .now
        lastAnswer = .now
        var failures: [PostgreSQLError] = []
        for target in url.targets {
            switch ConnectAttempt.make(target, until: .now.advanced(by: url.connectTimeout), unless: interruption) {
            case .success(let handle):
                self.handle = handle
                lastAnswer = .now
                PQsetNoticeReceiver(handle, noteWarning, Unmanaged.passUnretained(self).toOpaque())
                // Otherwise a large statement would block for as long as the peer does not read.
                PQsetnonblocking(handle, 1)
                return
            case .failure(let failure): failures.append(failure)
            }
        }
        // As long as one host may come back, waiting helps.
        let kind = failures.first { !$0.kind.isLasting }?.kind ?? failures[0].kind
        throw PostgreSQLError(
            kind, sqlState: failures[0].sqlState, message: failures.map(\.message).joined(separator: "; "))
    }

    deinit { close() }

    /// Whether the connection is there, as far as is known.
    public var isOpen: Bool { handle != nil }

    /// The server's version, such as 150012 for 15.12; 0 when the connection is closed.
    public var serverVersion: Int { handle.map { Int(PQserverVersion($0)) } ?? 0 }

    /// What the server tells every client of a setting, such as `server_encoding`; nil when it does not.
    public func parameter(_ name: String) -> String? {
        handle.flatMap { PQparameterStatus($0, name) }.map { String(cString: $0) }
    }

    /// Runs one statement, with `$1` for the first parameter.
    ///
    /// Outside a transaction it is one by itself, which is `inDoubt` when its answer does not come. Transactions are
    /// ended by ``transaction(readOnly:limit:_:)``, not with this.
    public func query(
        _ sql: String, _ parameters: [PostgreSQLValue] = []
    ) throws(PostgreSQLError) -> PostgreSQLRows {
        let parameters = try Parameters(parameters)
        return try exchange(sql, mayCommit: !isInTransaction) { parameters.send(sql, to: $0) }.rows()
    }

    /// Runs several statements without parameters in one round trip; the first that fails ends it.
    public func run(_ script: String) throws(PostgreSQLError) {
        _ = try exchange(script, mayCommit: true) { PQsendQuery($0, script) }
    }

    /// Closes the connection; what runs in it is rolled back by the server.
    public func close() {
        PQfinish(handle)
        handle = nil
    }

    /// Whether an idle connection is still there, at the cost of one system call.
    ///
    /// A server speaks to an idle client when it ends the connection, and when a setting was changed for everybody,
    /// which is rare: either way a new one is better.
    var isQuiet: Bool { handle.map { Socket.isQuiet(PQsocket($0)) } ?? false }

    var isInTransaction: Bool { handle.map { PQtransactionStatus($0) != PQTRANS_IDLE } ?? false }

    /// Sends something and reads all that the server answers; the last answer, unless one was an error.
    ///
    /// `mayCommit` tells whether something may be committed by it, that is, left in doubt.
    func exchange(
        _ sql: String, mayCommit: Bool, _ send: (OpaquePointer) -> CInt
    ) throws(PostgreSQLError) -> Reply {
        guard let handle else { throw PostgreSQLError(.unavailable, message: "the connection is closed") }
        guard !sql.utf8.contains(0) else {
            throw PostgreSQLError(.other, message: "the statement holds a NUL character")
        }
        guard ContinuousClock.now < deadline else {
            throw PostgreSQLError(.timeout, message: "no time was left to send the statement")
        }
        warning = nil
        var exchange = Exchange(handle, until: deadline, unless: interruption)
        let outcome = send(handle) == 1 ? exchange.finish() : .lost
        switch outcome {
        case .done:
            lastAnswer = .now
            if let failure = exchange.failure { throw failure }
            guard let last = exchange.last else { throw PostgreSQLError(.other, message: "the statement is empty") }
            return last
        case .silent:
            close()
            throw PostgreSQLError(
                mayCommit ? .inDoubt : .unavailable, message: "the server did not answer in time")
        case .lost:
            let said = String(cString: PQerrorMessage(handle))
            close()
            let failure = exchange.failure ?? PostgreSQLError(.unavailable, message: said)
            throw mayCommit ? failure.with(.inDoubt) : failure
        }
    }

    fileprivate func note(_ reply: OpaquePointer?) {
        func field(_ code: Int) -> String? { PQresultErrorField(reply, CInt(code)).map { String(cString: $0) } }
        guard field(CPOSTGRESQL_SEVERITY) == "WARNING" else { return }
        warning = field(CPOSTGRESQL_MESSAGE) ?? "the server warned"
    }
}

@available(*, unavailable)
extension PostgreSQLConnection: Sendable {}

/// Without a receiver, libpq would write to standard error.
private let noteWarning: PQnoticeReceiver = { context, reply in
    Unmanaged<PostgreSQLConnection>.fromOpaque(context!).takeUnretainedValue().note(reply)
}
