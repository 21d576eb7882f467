import Glibc
import NIOCore

/// An address to listen on, and what people call its parts.
public struct ListenAddress: Sendable {
    /// A name or a literal address.
    public let host: String
    /// The port; 0 takes any that is free.
    public let port: Int
    private let hostName: String
    private let portName: String

    /// An address whose host and port people set under those names: `--host` and `--port`.
    public init(host: String, port: Int, hostName: String, portName: String) {
        self.host = host
        self.port = port
        self.hostName = hostName
        self.portName = portName
    }

    /// Finds out whether all of those can be had together, with sockets that go away at once.
    public static func check(_ addresses: ListenAddress...) throws(ListenError) {
        var sockets: [CInt] = []
        defer { for socket in sockets { close(socket) } }
        for address in addresses { sockets.append(try address.listeningSocket()) }
    }

    private func listeningSocket() throws(ListenError) -> CInt {
        let address: SocketAddress
        do {
            // The same call that the server makes later: both look at the same address of a name that has many.
            address = try SocketAddress.makeAddressResolvingHost(host, port: port)
        } catch {
            throw ListenError(description: "\(hostName): \(host.quotedForOperators) is no address, and no known name")
        }
        let descriptor = socket(address.protocol.rawValue, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw error(errno) }
        // As servers do: connections of an earlier process that are not forgotten yet are no hindrance.
        var on: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        guard address.withSockAddr({ bind(descriptor, $0, socklen_t($1)) }) == 0, listen(descriptor, 1) == 0 else {
            let code = errno
            close(descriptor)
            throw error(code)
        }
        return descriptor
    }

    /// What it means that listening failed with that `errno`.
    func error(_ code: CInt) -> ListenError {
        let text =
            switch code {
            case EADDRINUSE: "\(portName): \(text(port: port)) is in use already"
            case EADDRNOTAVAIL: "\(hostName): \(host.quotedForOperators) is not an address of this machine"
            case EACCES: "\(portName): \(text(port: port)) needs privileges that this process does not have"
            default: "\(hostName): \(text(port: port)) cannot be listened on: \(String(cString: strerror(code)))"
            }
        return ListenError(description: text)
    }

    /// `127.0.0.1:8080`, `[::1]:8080`: with the port that it became.
    func text(port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// Why an address cannot be listened on.
public struct ListenError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One line for the operator, which begins with the name of what to change.
    public let description: String
}

extension Settings.Listeners {
    /// Where the API is.
    var address: ListenAddress {
        ListenAddress(
            host: host, port: port, hostName: "http.host (HTTP_HOST)", portName: "http.port (HTTP_PORT)")
    }
}

extension Settings.Admin {
    /// Where health and metrics are.
    var address: ListenAddress {
        ListenAddress(
            host: host, port: port, hostName: "admin.host (ADMIN_HOST)", portName: "admin.port (ADMIN_PORT)")
    }
}
