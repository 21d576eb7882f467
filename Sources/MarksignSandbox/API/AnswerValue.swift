/// A JSON value that is written the way PHP does: slashes and what is not ASCII are escaped.
enum AnswerValue: ExpressibleByStringLiteral {
    case string(String)
    /// A string that is base64, which takes the fast way.
    case base64([UInt8])
    case number(Int)
    case array([AnswerValue])
    case object([(String, AnswerValue)])

    init(stringLiteral text: String) { self = .string(text) }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        encode(into: &bytes)
        return bytes
    }

    private func encode(into bytes: inout [UInt8]) {
        switch self {
        case .string(let text): Self.encode(text, into: &bytes)
        case .base64(let text): Self.encode(base64: text, into: &bytes)
        case .number(let number): bytes += String(number).utf8
        case .array(let elements):
            bytes += "[".utf8
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes += ",".utf8 }
                element.encode(into: &bytes)
            }
            bytes += "]".utf8
        case .object(let members):
            bytes += "{".utf8
            for (index, member) in members.enumerated() {
                if index > 0 { bytes += ",".utf8 }
                Self.encode(member.0, into: &bytes)
                bytes += ":".utf8
                member.1.encode(into: &bytes)
            }
            bytes += "}".utf8
        }
    }

    private static func encode(base64 text: [UInt8], into bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + text.count + text.count / 32)
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            if byte == UInt8(ascii: "/") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func encode(_ text: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for unit in text.utf16 {
            switch unit {
            case 0x22, 0x2F, 0x5C: bytes += [UInt8(ascii: "\\"), UInt8(unit)]
            case 0x20..<0x7F: bytes.append(UInt8(unit))
            default: bytes += "\\u\(hexadecimal([UInt8(unit >> 8), UInt8(unit & 0xFF)]))".utf8
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
