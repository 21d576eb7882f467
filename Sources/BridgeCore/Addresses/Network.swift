/// A range of addresses, `CIDR[:port]`, such as `10.0.0.0/8`, `fd00::/8` or `192.168.1.10/32:8443`.
///
/// An IPv6 range with a port is written in brackets: `[fd00::/8]:8443`.
public struct Network: Sendable, Hashable {
    private let prefix: [UInt8]
    private let length: Int
    /// The only port that is meant; every port when `nil`.
    public let port: UInt16?

    /// Reads `CIDR[:port]`; `nil` when it is not one, or has bits set beyond its length.
    public init?(_ text: some StringProtocol) {
        var range = String(text)
        var port: UInt16?
        if range.hasPrefix("[") {
            guard let close = range.lastIndex(of: "]") else { return nil }
            let rest = range[range.index(after: close)...]
            if !rest.isEmpty {
                guard rest.hasPrefix(":"), let number = Self.port(rest.dropFirst()) else { return nil }
                port = number
            }
            range = String(range[range.index(after: range.startIndex)..<close])
            guard range.contains(":") else { return nil }
        } else if range.contains("."), let colon = range.lastIndex(of: ":") {
            guard let number = Self.port(range[range.index(after: colon)...]) else { return nil }
            port = number
            range = String(range[..<colon])
        }
        let parts = range.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(parts[0]),
            parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(parts[1]),
            length <= address.bytes.count * 8
        else { return nil }
        self.init(address: address, length: length, port: port)
        guard contains(address, port: port ?? 0), hasNoBitsBeyond(address) else { return nil }
    }

    private init(address: IPAddress, length: Int, port: UInt16?) {
        prefix = address.bytes
        self.length = length
        self.port = port
    }

    /// Whether the address and the port are meant.
    public func contains(_ address: IPAddress, port: UInt16) -> Bool {
        guard address.bytes.count == prefix.count, self.port == nil || self.port == port else { return false }
        let whole = length / 8
        guard address.bytes.prefix(whole) == prefix.prefix(whole) else { return false }
        let rest = length % 8
        return rest == 0 || (address.bytes[whole] ^ prefix[whole]) >> UInt8(8 - rest) == 0
    }

    private func hasNoBitsBeyond(_ address: IPAddress) -> Bool {
        (length..<prefix.count * 8).allSatisfy { bit in address.bytes[bit / 8] >> UInt8(7 - bit % 8) & 1 == 0 }
    }

    private static func port(_ text: some StringProtocol) -> UInt16? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(text), port > 0 else { return nil }
        return port
    }
}
