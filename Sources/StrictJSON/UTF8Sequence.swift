/// The well-formed UTF-8 sequences of more than one byte (Unicode table 3-7).
enum UTF8Sequence {
    /// The length of the well-formed sequence that begins at `position`, nil when there is none.
    static func length(in text: UnsafeRawBufferPointer, at position: Int) -> Int? {
        let (length, second): (Int, ClosedRange<UInt8>)
        switch text[position] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return nil
        }
        guard position + length <= text.count, second.contains(text[position + 1]) else { return nil }
        for offset in 2..<max(length, 2) where text[position + offset] & 0xC0 != 0x80 { return nil }
        return length
    }
}
