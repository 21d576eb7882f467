/// Finds the bytes of a string that need attention, eight at a time.
enum PlainText {
    /// The length of the run from `start` that stands for itself in a JSON string.
    ///
    /// The run ends before a quote, a backslash, a control character and, unless `allowsNonASCII`, a byte over 127.
    @inline(__always)
    static func runLength(_ text: UnsafeRawBufferPointer, from start: Int, allowsNonASCII: Bool) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highBits: UInt64 = 0x8080_8080_8080_8080
        var position = start
        while position &+ 8 <= text.count {
            let word = text.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            // `(x - 1) & ~x` sets the high bit of a zero byte, `(x - 0x20) & ~x` that of a byte below 0x20. A borrow
            // can mark a byte too many, but only above one that is rightly marked: "none marked" is always exact.
            var marks = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            marks |= (word &- (ones &* 0x20)) & ~word
            if !allowsNonASCII { marks |= word }
            guard marks & highBits == 0 else { break }
            position &+= 8
        }
        while position < text.count {
            let byte = text[position]
            guard byte >= 0x20, byte != 0x22, byte != 0x5C, allowsNonASCII || byte < 0x80 else { break }
            position &+= 1
        }
        return position - start
    }
}
