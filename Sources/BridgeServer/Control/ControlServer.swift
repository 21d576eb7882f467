// Which of the two has `stat` depends on how the module is built.
import CoreFoundation
import Glibc
import Hummingbird
import Logging
import ServiceLifecycle

/// Answers the commands of the same machine and user while the service runs, over a UNIX socket beside the store.
///
/// Whoever may open the socket may do everything: it is made with mode 0600. It must run only while its process holds
/// the store's lock: a socket that is there already was left by a process that died, and is replaced.
public struct ControlServer: Service {
    private let path: ControlSocketPath
    private let routes: ControlRoutes
    private let logger: Logger
    /// Called once, when it answers.
    var onRunning: @Sendable () async -> Void = {}

    /// A server that listens once ``run()`` is called.
    ///
    /// - Parameters:
    ///   - path: Where the socket is made.
    ///   - administration: What it lets others do.
    ///   - status: What it tells of the service.
    ///   - logger: Told of faults.
    public init(
        path: ControlSocketPath, administration: any Administrating,
        status: @escaping @Sendable () async -> ServiceStatus, logger: Logger
    ) {
        self.path = path
        routes = ControlRoutes(administration: administration, status: status)
        self.logger = logger
    }

    /// Serves until graceful shutdown or cancellation, and removes the socket.
    ///
    /// - Throws: When the socket cannot be made.
    public func run() async throws {
        try removeSocket()
        defer { try? removeSocket() }
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        // From here on the process makes private files only: between bind(2) and chmod(2) nobody else is let in.
        umask(0o077)
        let application = Application(
            router: routes.router, server: .guardedHTTP1(),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: path.text), serverName: "marksign-bridge-control"),
            onServerRunning: { [path, onRunning] _ in
                chmod(path.text, 0o600)
                await onRunning()
            },
            logger: quiet)
        try await application.run()
    }

    /// Removes a socket, and only a socket.
    private func removeSocket() throws(ControlSocketError) {
        var status = stat()
        guard lstat(path.text, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ControlSocketError(description: "\(path.text) is there and is not a socket: move it away")
        }
        unlink(path.text)
    }
}

/// Why the control socket cannot be made.
public struct ControlSocketError: Error, Sendable, CustomStringConvertible {
    /// One line for the operator.
    public let description: String
}
