import CCurl
import Glibc

/// One concrete socket address that a transfer may connect to.
public struct RemoteAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address in network order: 4 bytes for IPv4, 16 for IPv6.
    public let bytes: [UInt8]

    /// The TCP port.
    public let port: UInt16

    /// Makes an address from its bytes in network order; nil unless there are 4 or 16 of them.
    ///
    /// An IPv4 address mapped into IPv6 (`::ffff:192.0.2.1`) reaches the IPv4 host, so it becomes that IPv4 address:
    /// a rule about one holds for the other.
    public init?(bytes: [UInt8], port: UInt16) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        let isMapped =
            bytes.count == 16 && bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
        self.bytes = isMapped ? Array(bytes[12...]) : bytes
        self.port = port
    }

    /// Reads `192.0.2.1` or `2001:db8::1`, without brackets or zone; nil for anything else, host names among it.
    public init?(_ text: String, port: UInt16) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self.init(bytes: withUnsafeBytes(of: v4, Array.init), port: port)
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            self.init(bytes: withUnsafeBytes(of: v6, Array.init), port: port)
        } else {
            return nil
        }
    }

    /// Reads an Internet socket address; nil for other families.
    init?(_ address: UnsafePointer<sockaddr>) {
        let raw = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            let v4 = raw.loadUnaligned(as: sockaddr_in.self)
            self.init(bytes: withUnsafeBytes(of: v4.sin_addr, Array.init), port: UInt16(bigEndian: v4.sin_port))
        case AF_INET6:
            let v6 = raw.loadUnaligned(as: sockaddr_in6.self)
            self.init(bytes: withUnsafeBytes(of: v6.sin6_addr, Array.init), port: UInt16(bigEndian: v6.sin6_port))
        default:
            return nil
        }
    }

    /// Whether this is an IPv6 address.
    public var isIPv6: Bool { bytes.count == 16 }

    /// The address without the port, as in `192.0.2.1` or `2001:db8::1`.
    public var host: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            bytes.withUnsafeBytes { bytes in
                _ = inet_ntop(
                    isIPv6 ? AF_INET6 : AF_INET, bytes.baseAddress, buffer.baseAddress, socklen_t(buffer.count))
            }
            return String(cString: buffer.baseAddress!)
        }
    }

    /// The address and port, as in `192.0.2.1:443` or `[2001:db8::1]:443`.
    public var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
