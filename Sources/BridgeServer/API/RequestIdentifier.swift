import HTTPTypes

/// The id of a request: the caller's own, or a new one.
enum RequestIdentifier {
    /// The value of `X-Request-Id`, when it may be repeated in answers and logs.
    static func given(_ headers: HTTPFields) -> String? {
        guard let value = headers[.requestID], (1...64).contains(value.utf8.count) else { return nil }
        let isPlain = value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain ? value : nil
    }

    /// A new id of 64 random bits.
    static func made(of bits: UInt64) -> String {
        let digits = String(bits, radix: 16)
        return "req_" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
