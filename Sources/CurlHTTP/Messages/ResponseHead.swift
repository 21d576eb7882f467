/// Splits the raw lines of a response head into fields.
enum ResponseHead {
    /// Reads the fields of a head that begins with its status line; lines without a colon are left out.
    static func fields(of head: [UInt8]) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        for line in head.split(separator: UInt8(ascii: "\n")).dropFirst() {
            if isBlank(line[line.startIndex]), !fields.isEmpty {
                // A folded line (RFC 9112, section 5.2) continues the value before it.
                let more = text(line)
                if !more.isEmpty { fields[fields.count - 1].value += " " + more }
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                fields.append((text(line[..<colon]), text(line[(colon + 1)...])))
            }
        }
        return fields
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        var bytes = bytes
        while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
