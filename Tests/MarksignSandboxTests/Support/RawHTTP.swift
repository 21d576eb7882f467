import Dispatch
import Glibc

/// One request over a connection of its own, byte by byte: what a client library would hide (a cut, a reset) shows.
enum RawHTTP {
    struct Answer: Equatable {
        var text: String
        /// Whether the connection ended with a reset.
        var wasReset = false

        var status: Int? { Int(text.split(separator: " ").dropFirst().first ?? "") }
        var body: String { text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? "" }
    }

    static func send(_ method: String, _ path: String, _ body: [UInt8] = [], port: Int) async -> Answer {
        let head =
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
        // Blocking calls must not hold a thread of the concurrency pool, which the server needs; nor one of the global
        // queue, which shares its threads with the pool.
        return await withCheckedContinuation { continuation in
            DispatchQueue(label: "request").async {
                continuation.resume(returning: exchange(Array(head.utf8) + body, port))
            }
        }
    }

    private static func exchange(_ request: [UInt8], _ port: Int) -> Answer {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // A server that hangs fails the test instead of stopping it.
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var sent = 0
        while connected == 0, sent < request.count {
            let count = request[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            sent += count
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count <= 0 {
                let wasReset = count < 0 && errno == ECONNRESET
                return Answer(text: String(decoding: received, as: UTF8.self), wasReset: wasReset)
            }
            received += buffer[..<count]
        }
    }
}
