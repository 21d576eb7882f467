/// The escapes of JSON strings.
enum JSONEscapes {
    /// The character that a backslash and `byte` stand for, nil when that is no short escape.
    static func short(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// The UTF-16 code unit whose four hexadecimal digits begin at `position`, nil when they are not all there.
    static func codeUnit(in text: UnsafeRawBufferPointer, at position: Int) -> UInt32? {
        guard position + 4 <= text.count else { return nil }
        var value: UInt32 = 0
        for byte in text[position..<position + 4] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// The character that `\u` at `position` (of the backslash) stands for, and the length of its escape or pair of
    /// escapes; nil when the digits are missing or a surrogate stands alone.
    static func scalar(in text: UnsafeRawBufferPointer, at position: Int) -> (Unicode.Scalar, length: Int)? {
        guard let unit = codeUnit(in: text, at: position + 2) else { return nil }
        if let scalar = Unicode.Scalar(unit) { return (scalar, 6) }
        let next = position + 6
        guard unit < 0xDC00, next + 1 < text.count, text[next] == UInt8(ascii: "\\"),
            text[next + 1] == UInt8(ascii: "u"), let low = codeUnit(in: text, at: next + 2),
            (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else { return nil }
        return (scalar, 12)
    }

    /// Gives `body` the UTF-8 of a character, which lies on the stack.
    private static func withUTF8(of scalar: Unicode.Scalar, _ body: (UnsafeRawBufferPointer) -> Void) {
        var bytes: UInt32 = 0
        for byte in scalar.utf8.reversed() { bytes = bytes << 8 | UInt32(byte) }
        withUnsafeBytes(of: bytes.littleEndian) { body(UnsafeRawBufferPointer(rebasing: $0[..<scalar.utf8.count])) }
    }

    /// Unescapes a string that the parser accepted (without its quotes), piece by piece.
    static func forEachPiece(of text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        var position = 0
        while position < text.count {
            let start = position
            while position < text.count, text[position] != UInt8(ascii: "\\") { position += 1 }
            if position > start { body(UnsafeRawBufferPointer(rebasing: text[start..<position])) }
            guard position < text.count else { return }
            if let byte = short(text[position + 1]) {
                withUnsafeBytes(of: byte, body)
                position += 2
            } else if let (scalar, length) = scalar(in: text, at: position) {
                withUTF8(of: scalar, body)
                position += length
            } else {
                preconditionFailure("the parser accepts no other escape")
            }
        }
    }
}
