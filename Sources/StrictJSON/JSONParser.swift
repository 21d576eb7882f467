/// Reads a text into a flat table of nodes. Nesting is a stack of its own: hostile depth cannot exhaust the thread's.
struct JSONParser {
    /// What a text may cost.
    struct Limits {
        let depth: Int
        let values: Int
    }

    let text: UnsafeRawBufferPointer
    let limits: Limits
    var position = 0
    var nodes: [JSONNode] = []
    /// The nodes of the arrays and objects that are not closed yet.
    private var open: [Int] = []

    init(_ text: UnsafeRawBufferPointer, limits: Limits) {
        self.text = text
        self.limits = limits
    }

    mutating func parse() throws(JSONSyntaxError) -> [JSONNode] {
        guard text.count <= UInt32.max else { throw JSONSyntaxError(.tooLarge, at: 0) }
        guard !text.starts(with: [0xEF, 0xBB, 0xBF]) else { throw JSONSyntaxError(.byteOrderMark, at: 0) }
        skipWhitespace()
        guard position < text.count else { throw JSONSyntaxError(.empty, at: 0) }
        repeat {
            if try !readValue() { try finishValue() }
        } while !open.isEmpty
        skipWhitespace()
        guard position == text.count else { throw JSONSyntaxError(.trailingContent, at: position) }
        return nodes
    }

    /// Reads a scalar or an empty container, or opens a container and returns true: its first value comes next.
    private mutating func readValue() throws(JSONSyntaxError) -> Bool {
        switch try nextByte() {
        case UInt8(ascii: "\""): try readString()
        case UInt8(ascii: "{"): return try openContainer(.object, closing: UInt8(ascii: "}"))
        case UInt8(ascii: "["): return try openContainer(.array, closing: UInt8(ascii: "]"))
        case UInt8(ascii: "t"): try readLiteral("true", .boolean)
        case UInt8(ascii: "f"): try readLiteral("false", .boolean)
        case UInt8(ascii: "n"): try readLiteral("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try readNumber()
        default: throw JSONSyntaxError(.unexpectedCharacter, at: position)
        }
        return false
    }

    /// After a value: closes the containers that end here, then steps over the comma before the next value, if any.
    private mutating func finishValue() throws(JSONSyntaxError) {
        while let container = open.last {
            let isObject = nodes[container].kind == .object
            switch try nextByte() {
            case UInt8(ascii: ","):
                position += 1
                if isObject { try readKey() }
                return
            case isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"):
                try closeContainer()
            default:
                throw JSONSyntaxError(.unexpectedCharacter, at: position)
            }
        }
    }

    private mutating func openContainer(_ kind: JSON.Kind, closing: UInt8) throws(JSONSyntaxError) -> Bool {
        guard open.count < limits.depth else { throw JSONSyntaxError(.tooDeep, at: position) }
        open.append(nodes.count)
        try append(kind, from: position, to: position + 1)
        position += 1
        guard try nextByte() != closing else {
            try closeContainer()
            return false
        }
        if kind == .object { try readKey() }
        return true
    }

    private mutating func closeContainer() throws(JSONSyntaxError) {
        position += 1
        let container = open.removeLast()
        nodes[container].close(at: position, next: nodes.count)
        if nodes[container].kind == .object { try rejectDuplicateKeys(of: container) }
    }

    private mutating func readKey() throws(JSONSyntaxError) {
        guard try nextByte() == UInt8(ascii: "\"") else { throw JSONSyntaxError(.unexpectedCharacter, at: position) }
        try readString()
        guard try nextByte() == UInt8(ascii: ":") else { throw JSONSyntaxError(.unexpectedCharacter, at: position) }
        position += 1
    }

    /// The next byte that is not whitespace, where the position then stands.
    private mutating func nextByte() throws(JSONSyntaxError) -> UInt8 {
        skipWhitespace()
        guard position < text.count else { throw JSONSyntaxError(.unexpectedEnd, at: position) }
        return text[position]
    }

    private mutating func skipWhitespace() {
        while position < text.count {
            switch text[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    mutating func append(
        _ kind: JSON.Kind, from start: Int, to end: Int, hasEscapes: Bool = false
    ) throws(JSONSyntaxError) {
        guard nodes.count < limits.values else { throw JSONSyntaxError(.tooManyValues, at: start) }
        nodes.append(JSONNode(kind, from: start, to: end, next: nodes.count + 1, hasEscapes: hasEscapes))
    }
}
