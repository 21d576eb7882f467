/// The growing text behind the writers: knows how each value is spelt, not where one may stand.
struct JSONText: Sendable {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    mutating func append(_ byte: UInt8) {
        bytes.append(byte)
    }

    /// Appends `value` by `spell`, or `null`.
    mutating func append<Value>(_ value: Value?, _ spell: (inout JSONText, Value) -> Void) {
        if let value { spell(&self, value) } else { appendNull() }
    }

    mutating func appendNull() {
        bytes.append(contentsOf: "null".utf8)
    }

    mutating func append(boolean value: Bool) {
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    mutating func append(integer value: some BinaryInteger) {
        bytes.append(contentsOf: String(value).utf8)
    }

    mutating func append(double value: Double) {
        if value.isFinite { bytes.append(contentsOf: value.description.utf8) } else { appendNull() }
    }

    mutating func append(json value: JSON) {
        bytes.append(contentsOf: value.raw)
    }

    mutating func append(string value: String) {
        var value = value
        value.withUTF8 { append(escaping: UnsafeRawBufferPointer($0)) }
    }

    mutating func append(utf8 value: some Collection<UInt8>) {
        let written: Void? = value.withContiguousStorageIfAvailable { buffer in
            let text = UnsafeRawBufferPointer(buffer)
            let isPlain = PlainText.runLength(text, from: 0, allowsNonASCII: false) == text.count
            if isPlain { append(escaping: text) } else { append(string: String(decoding: text, as: UTF8.self)) }
        }
        if written == nil { append(string: String(decoding: value, as: UTF8.self)) }
    }

    /// Runs that stand for themselves are copied whole.
    private mutating func append(escaping text: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "\""))
        var position = 0
        while position < text.count {
            let end = position + PlainText.runLength(text, from: position, allowsNonASCII: true)
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[position..<end]))
            if end < text.count { append(escape: text[end]) }
            position = end + 1
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(escape byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
        case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
        case 0x08: bytes.append(contentsOf: #"\b"#.utf8)
        case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
        case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
        case 0x0C: bytes.append(contentsOf: #"\f"#.utf8)
        case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
        default:
            let digits = String(byte, radix: 16)
            bytes.append(contentsOf: (byte < 0x10 ? #"\u000"# : #"\u00"#).utf8)
            bytes.append(contentsOf: digits.utf8)
        }
    }

    /// The text moves into the inner writer and back, so that it is never copied; closed even when `body` throws.
    mutating func object(_ body: (inout JSONObjectWriter) throws -> Void) rethrows {
        bytes.append(UInt8(ascii: "{"))
        var writer = JSONObjectWriter(text: self)
        bytes = []
        defer {
            writer.text.append(UInt8(ascii: "}"))
            self = writer.text
        }
        try body(&writer)
    }

    mutating func array(_ body: (inout JSONArrayWriter) throws -> Void) rethrows {
        bytes.append(UInt8(ascii: "["))
        var writer = JSONArrayWriter(text: self)
        bytes = []
        defer {
            writer.text.append(UInt8(ascii: "]"))
            self = writer.text
        }
        try body(&writer)
    }
}
