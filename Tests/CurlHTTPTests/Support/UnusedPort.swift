import Glibc

/// A port that nobody listens on, and nobody else gets while this value lives.
final class UnusedPort {
    let number: UInt16
    private let descriptor: CInt

    init() throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutableBytes(of: &address) { [descriptor] bytes in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!
            return bind(descriptor, pointer, size) == 0 && getsockname(descriptor, pointer, &size) == 0
        }
        number = UInt16(bigEndian: address.sin_port)
        guard bound else { throw RawServer.Fault(step: "bind") }
    }

    deinit { close(descriptor) }
}
