/// Reads PDF syntax, just enough to find the entries of dictionaries and the elements of arrays.
/// Every function returns nil on what it does not understand.
struct PDFScanner {
    private let bytes: [UInt8]
    private(set) var position: Int
    /// How deep values may nest, so that a hostile file cannot exhaust the stack.
    private static let depthLimit = 64

    init(_ bytes: [UInt8], at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    mutating func skip(_ keyword: String) -> Bool {
        skipSpace()
        guard bytes[min(position, bytes.count)...].starts(with: keyword.utf8) else { return false }
        position += keyword.utf8.count
        return true
    }

    mutating func integer() -> Int? {
        skipSpace()
        return Int(text(regular()))
    }

    /// `12 0 R`
    mutating func reference() -> PDFReference? {
        guard let number = integer(), let generation = integer(), skip("R") else { return nil }
        return PDFReference(number: number, generation: generation)
    }

    /// The ranges of a dictionary's values by key.
    mutating func dictionary(depth: Int = 0) -> [String: Range<Int>]? {
        guard skip("<<") else { return nil }
        var entries: [String: Range<Int>] = [:]
        while !skip(">>") {
            guard skip("/") else { return nil }
            let key = text(regular())
            guard let value = value(depth: depth + 1) else { return nil }
            entries[key] = value
        }
        return entries
    }

    /// The ranges of an array's elements.
    mutating func array(depth: Int = 0) -> [Range<Int>]? {
        guard skip("[") else { return nil }
        var elements: [Range<Int>] = []
        while !skip("]") {
            guard let element = value(depth: depth + 1) else { return nil }
            elements.append(element)
        }
        return elements
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    private mutating func value(depth: Int) -> Range<Int>? {
        skipSpace()
        guard depth < Self.depthLimit, position < bytes.count else { return nil }
        let start = position
        switch bytes[position] {
        case UInt8(ascii: "<") where bytes[start...].starts(with: "<<".utf8):
            guard dictionary(depth: depth) != nil else { return nil }
        case UInt8(ascii: "<"):
            guard let end = bytes[start...].firstIndex(of: UInt8(ascii: ">")) else { return nil }
            position = end + 1
        case UInt8(ascii: "["):
            guard array(depth: depth) != nil else { return nil }
        case UInt8(ascii: "("):
            guard skipString() else { return nil }
        case UInt8(ascii: "/"):
            position += 1
            _ = regular()
        default:
            var ahead = self
            if ahead.reference() != nil {
                position = ahead.position
            } else if regular().isEmpty {
                return nil
            }
        }
        return start..<position
    }

    private mutating func skipString() -> Bool {
        var open = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\\"): position += 1
            case UInt8(ascii: "("): open += 1
            case UInt8(ascii: ")"): open -= 1
            default: break
            }
            position += 1
            if open == 0 { return position <= bytes.count }
        }
        return false
    }

    private mutating func regular() -> Range<Int> {
        let start = min(position, bytes.count)
        position = start
        while position < bytes.count, !Self.isSpace(bytes[position]), !"()<>[]{}/%".utf8.contains(bytes[position]) {
            position += 1
        }
        return start..<position
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "%") {
                while position < bytes.count, bytes[position] != 10, bytes[position] != 13 { position += 1 }
            } else if Self.isSpace(bytes[position]) {
                position += 1
            } else {
                return
            }
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        switch byte {
        case 0, 9, 10, 12, 13, 32: true
        default: false
        }
    }
}
