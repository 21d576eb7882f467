/// A PostgreSQL server for tests, with a data folder of its own; it ends with this process, however that ends.
///
/// Its settings are those of production, flushing to the disk included. The superuser `postgres` has the password
/// ``password``.
public final class PostgreSQLServer: Sendable {
    /// The superuser's password.
    public static let password = "correct horse"

    /// One server for all tests that neither stop it nor fill it up.
    public static let shared = Task { try await start() }

    /// Where it listens, besides its socket: a port of 127.0.0.1.
    public let port: UInt16
    private let daemon: Daemon

    /// Makes and starts a server; `settings` are such as `max_connections=5`.
    public static func start(settings: [String] = []) async throws -> PostgreSQLServer {
        // Another program may take the port before the server does.
        for _ in 0..<2 {
            if let server = try? await attempt(settings) { return server }
        }
        return try await attempt(settings)
    }

    private static func attempt(_ settings: [String]) async throws -> PostgreSQLServer {
        let port = freePort()
        let options = (["port=\(port)", "listen_addresses=127.0.0.1"] + settings).map { "-c \($0)" }
        let daemon = try await Daemon.start(script, arguments: [password, options.joined(separator: " ")])
        return PostgreSQLServer(port: port, daemon: daemon)
    }

    private init(port: UInt16, daemon: Daemon) {
        self.port = port
        self.daemon = daemon
    }

    /// The folder of its socket.
    public var socketFolder: String { daemon.folder }

    /// A URL over TCP, as the superuser; `port` may be that of something between.
    public func url(database: String = "postgres", port: UInt16? = nil, _ options: String = "") -> String {
        "postgres://postgres:correct%20horse@127.0.0.1:\(port ?? self.port)/\(database)?\(options)"
    }

    /// A URL over the UNIX socket.
    public func socketURL(database: String = "postgres") -> String {
        let host = socketFolder.split(separator: "/").map { "%2F\($0)" }.joined()
        return "postgres://postgres:correct%20horse@\(host):\(port)/\(database)"
    }

    /// Stops the server, so that its connections are refused; it may be started again.
    public func stop() async throws {
        try await daemon.perform("stop")
    }

    /// Starts it again, and waits until it answers.
    public func start() async throws {
        try await daemon.perform("start")
    }

    /// Stops it for good and removes its folder.
    public func end() async {
        await daemon.end()
    }

    // Only the making of the folder goes without flushing: it has nothing to lose yet.
    private static let script = """
        password=$1 options=$2
        PATH=$PATH:$(echo /usr/lib/postgresql/*/bin | tr ' ' :)
        start() {
            if [ ! -d data ]; then
                initdb --no-sync -D data -U postgres -A scram-sha-256 --pwfile=<(echo "$password") \
                    --locale=C -E UTF8 >log || return
            fi
            pg_ctl -D data -l log -w -t 120 -o "$options -c unix_socket_directories=$PWD" start
        }
        stop() { pg_ctl -D data -w -t 120 -m fast stop; }
        """
}
