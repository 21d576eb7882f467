/// An IPv4 or IPv6 address as the bytes that a socket connects to.
public struct IPAddress: Sendable, Hashable {
    /// 4 or 16 bytes, in network order.
    public let bytes: [UInt8]

    /// An address of 4 or 16 bytes; `nil` for any other number.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads the plain text form: dotted decimal without leading zeros, or RFC 4291; no zone, no brackets.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Self.parseV4(text) ?? Self.parseV6(text) else { return nil }
        self.bytes = bytes
    }

    /// The address that counts: an IPv4-mapped IPv6 address is the IPv4 address in it.
    public var canonical: IPAddress {
        guard bytes.count == 16, bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF,
            let v4 = IPAddress(bytes: Array(bytes.suffix(4)))
        else { return self }
        return v4
    }

    /// The IPv4 addresses that a translator or a tunnel may read out of an IPv6 address, whatever its prefix: those of
    /// RFC 6052, which 6to4 and the IPv4-compatible forms are also like, and Teredo's, whose bits are turned.
    var carried: [IPAddress] {
        guard bytes.count == 16 else { return [] }
        let places = [[2, 3, 4, 5], [4, 5, 6, 7], [5, 6, 7, 9], [6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12]]
        let plain = places.map { place in place.map { bytes[$0] } }
        let last = Array(bytes.suffix(4))
        return (plain + [last, last.map { ~$0 }]).compactMap(IPAddress.init(bytes:))
    }

    private static func parseV4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            let digits = part.utf8
            guard (1...3).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }),
                digits.count == 1 || digits.first != 48, let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func parseV6(_ text: some StringProtocol) -> [UInt8]? {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        switch halves.count {
        case 1:
            guard let bytes = groups(halves[0], mayEndInV4: true), bytes.count == 16 else { return nil }
            return bytes
        case 2:
            guard let head = groups(halves[0], mayEndInV4: false), let tail = groups(halves[1], mayEndInV4: true),
                head.count + tail.count <= 14
            else { return nil }
            return head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
        default:
            return nil
        }
    }

    private static func groups(_ text: some StringProtocol, mayEndInV4: Bool) -> [UInt8]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if mayEndInV4, index == parts.count - 1, part.contains("."), let v4 = parseV4(part) {
                bytes += v4
                continue
            }
            guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
                let group = UInt16(part, radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes
    }
}

extension IPAddress: CustomStringConvertible {
    /// The usual text form; IPv6 as eight groups, the longest run of zeros shortened.
    public var description: String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        return best.isEmpty ? text(0..<8) : "\(text(0..<best.lowerBound))::\(text(best.upperBound..<8))"
    }
}
