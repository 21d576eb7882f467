/// Marksign's identifier of a signing session: 8 to 128 letters, digits, `-` or `_`, so always one path segment.
public struct SessionToken: RawRepresentable, Hashable, Sendable {
    /// The token as Marksign gave it.
    public let rawValue: String

    /// The token, or nil when `rawValue` does not have its form.
    public init?(_ rawValue: String) {
        guard (8...128).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy(Self.allows) else { return nil }
        self.rawValue = rawValue
    }

    /// The same as ``init(_:)``.
    public init?(rawValue: String) {
        self.init(rawValue)
    }

    private static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
