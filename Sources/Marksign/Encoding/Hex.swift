/// Hexadecimal text.
enum Hex {
    /// The bytes in lower-case digits.
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0xF)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether `text` is nothing but ASCII hexadecimal digits, in either case.
    static func isHex(_ text: String) -> Bool {
        text.utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
    }
}
