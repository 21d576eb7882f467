/// Decodes strict base64 that comes in pieces of any length, into memory for 3 bytes a quantum of 4 characters.
struct Base64Decoder {
    /// Where the bytes go; without it they are only counted.
    private let output: UnsafeMutablePointer<UInt8>?
    private var count = 0
    private var quantum: UInt32 = 0
    private var characters = 0
    private var padding = 0
    private var isValid = true

    init(output: UnsafeMutablePointer<UInt8>?) {
        self.output = output
    }

    mutating func append(_ text: UnsafeRawBufferPointer) {
        var position = 0
        while position < text.count, isValid {
            if characters == 0, padding == 0 { position = appendQuanta(text, from: position) }
            if position < text.count { append(text[position]) }
            position += 1
        }
    }

    /// The number of bytes decoded, nil when the text as a whole was not strict base64.
    func finish() -> Int? {
        isValid && characters == 0 ? count : nil
    }

    /// Four characters at a time, up to the first quantum that is not all alphabet; returns where that begins.
    private mutating func appendQuanta(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
        Self.values.withUnsafeBufferPointer { values in
            var position = start
            while position + 4 <= text.count {
                let (a, b) = (values[Int(text[position])], values[Int(text[position + 1])])
                let (c, d) = (values[Int(text[position + 2])], values[Int(text[position + 3])])
                guard a | b | c | d < 64 else { break }
                write(UInt32(a) << 18 | UInt32(b) << 12 | UInt32(c) << 6 | UInt32(d), bytes: 3)
                position += 4
            }
            return position
        }
    }

    private mutating func append(_ character: UInt8) {
        let value = Self.values[Int(character)]
        if value < 64, padding == 0 {
            quantum = quantum << 6 | UInt32(value)
        } else if character == UInt8(ascii: "="), characters >= 2 {
            quantum <<= 6
            padding += 1
        } else {
            isValid = false
            return
        }
        characters += 1
        guard characters == 4 else { return }
        // The bits that no byte takes must be zero: every content has one text.
        isValid = quantum & (padding == 2 ? 0xFFFF : padding == 1 ? 0xFF : 0) == 0
        write(quantum, bytes: 3 - padding)
        quantum = 0
        characters = 0
    }

    @inline(__always)
    private mutating func write(_ quantum: UInt32, bytes: Int) {
        if let output {
            // All three are written: the memory has room, and what is too much is not counted.
            output[count] = UInt8(truncatingIfNeeded: quantum >> 16)
            output[count + 1] = UInt8(truncatingIfNeeded: quantum >> 8)
            output[count + 2] = UInt8(truncatingIfNeeded: quantum)
        }
        count += bytes
    }

    /// The value of each character, 255 outside the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, character) in alphabet.utf8.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()
}
