import Glibc
import NIOCore

extension Channel {
    /// Closes the connection with a TCP reset.
    func reset() async throws {
        try await (self as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try await close()
    }
}
