import Glibc
import Testing

/// A port that nobody else gets while this value lives.
///
/// It is of a loopback address of its own: before it is listened on, the system would hand a port of 127.0.0.1 to the
/// servers of other tests as well.
final class TakenPort {
    static let host = "127.0.0.37"

    let number: Int
    private let descriptor: CInt

    /// - Parameter listening: Whether it is listened on; otherwise servers may still bind to it, until ``listen()``.
    init(listening: Bool = true) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var on: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr(Self.host)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let found = withUnsafeMutableBytes(of: &address) { [descriptor] bytes in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!
            return bind(descriptor, pointer, size) == 0 && getsockname(descriptor, pointer, &size) == 0
        }
        try #require(found)
        number = Int(UInt16(bigEndian: address.sin_port))
        if listening { try listen() }
    }

    func listen() throws {
        try #require(Glibc.listen(descriptor, 1) == 0)
    }

    deinit { close(descriptor) }
}
