import Foundation
import Glibc
import Synchronization

/// A TCP (or UNIX socket) server that says whatever a test wants, byte by byte; a thread serves each connection.
final class RawServer: Sendable {
    typealias Serve = @Sendable (RawConnection) -> Void

    /// What is needed to make the listening socket.
    struct Fault: Error {
        let step: String
        let code = errno
    }

    private struct State {
        var connections: [RawConnection] = []
        var isStopped = false
        var isListening = true
    }

    let port: UInt16
    private let listener: CInt
    private let state = Mutex(State())

    var url: String { "http://127.0.0.1:\(port)/" }

    var connections: [RawConnection] { state.withLock { $0.connections } }
    var connectionCount: Int { connections.count }
    var requestCount: Int { connections.reduce(0) { $0 + $1.requestCount } }

    /// Listens on a free port of all IPv4 addresses of this machine, so that 127.0.0.1 and 127.0.0.2 are two hosts.
    convenience init(_ serve: @escaping Serve) throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        try Self.bind(listener, to: &address)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
        }
        try self.init(listener: listener, port: UInt16(bigEndian: address.sin_port), serve)
    }

    /// Listens on a UNIX socket.
    convenience init(unixSocketPath: String, _ serve: @escaping Serve) throws {
        let listener = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: unixSocketPath.utf8) }
        try Self.bind(listener, to: &address)
        try self.init(listener: listener, port: 0, serve)
    }

    private init(listener: CInt, port: UInt16, _ serve: @escaping Serve) throws {
        self.listener = listener
        self.port = port
        guard listen(listener, 512) == 0 else { throw Fault(step: "listen") }
        Thread.detachNewThread { [self] in accept(serve) }
    }

    private static func bind(_ descriptor: CInt, to address: inout some Any) throws {
        let size = socklen_t(MemoryLayout.size(ofValue: address))
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(descriptor, $0, size) }
        }
        guard code == 0 else { throw Fault(step: "bind") }
    }

    /// Closes the listening socket and cuts every connection.
    func stop() {
        let connections = state.withLock { state in
            state.isStopped = true
            // The accepting thread closes it once it has let go of it; after that the number may be another's.
            if state.isListening { Glibc.shutdown(listener, CInt(SHUT_RDWR)) }
            return state.connections
        }
        for connection in connections { connection.cut() }
    }

    private func accept(_ serve: @escaping Serve) {
        defer {
            state.withLock { state in
                state.isListening = false
                close(listener)
            }
        }
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            if descriptor < 0, errno == ECONNABORTED || errno == EINTR { continue }
            guard descriptor >= 0 else { return }
            let connection = state.withLock { state -> RawConnection? in
                guard !state.isStopped else { return nil }
                let connection = RawConnection(descriptor, number: state.connections.count)
                state.connections.append(connection)
                return connection
            }
            guard let connection else {
                close(descriptor)
                return
            }
            Thread.detachNewThread {
                serve(connection)
                connection.close()
            }
        }
    }
}
