/// PgBouncer in transaction mode, in front of a server.
public final class PgBouncer: Sendable {
    /// Where it listens: a port of 127.0.0.1.
    public let port: UInt16
    private let daemon: Daemon

    /// Starts it with at most `size` connections to the server.
    public static func start(before server: PostgreSQLServer, size: Int) async throws -> PgBouncer {
        let port = freePort()
        let daemon = try await Daemon.start(
            script, arguments: ["\(port)", "\(server.port)", PostgreSQLServer.password, "\(size)"])
        return PgBouncer(port: port, daemon: daemon)
    }

    private init(port: UInt16, daemon: Daemon) {
        self.port = port
        self.daemon = daemon
    }

    /// Stops it and removes its folder.
    public func end() async {
        await daemon.end()
    }

    private static let script = """
        port=$1 server=$2 password=$3 size=$4
        PATH=$PATH:/usr/sbin
        start() {
            echo "\\"postgres\\" \\"$password\\"" >users
            printf '%s\\n' '[databases]' "* = host=127.0.0.1 port=$server" '[pgbouncer]' \
                listen_addr=127.0.0.1 "listen_port=$port" unix_socket_dir= auth_type=plain auth_file=users \
                pool_mode=transaction "default_pool_size=$size" >settings
            pgbouncer settings >log 2>&1 &
            program=$!
            until (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
                kill -0 "$program" || { cat log; return 1; }
                sleep 0.02
            done
        }
        stop() { kill -INT "$program"; wait "$program"; }
        """
}
