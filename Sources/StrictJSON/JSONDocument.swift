/// A parsed text and the flat table of its values in document order; immutable, so every ``JSON`` shares it freely.
final class JSONDocument: Sendable {
    let bytes: [UInt8]
    let nodes: [JSONNode]

    init(bytes: [UInt8], nodes: [JSONNode]) {
        self.bytes = bytes
        self.nodes = nodes
    }
}

/// One value (or key) of the table: 16 bytes, so that a text of many small values does not cost many times its size.
struct JSONNode {
    private let start: UInt32
    private var end: UInt32
    private var nextIndex: UInt32
    let kind: JSON.Kind
    let hasEscapes: Bool

    init(_ kind: JSON.Kind, from start: Int, to end: Int, next: Int, hasEscapes: Bool = false) {
        self.start = UInt32(start)
        self.end = UInt32(end)
        self.nextIndex = UInt32(next)
        self.kind = kind
        self.hasEscapes = hasEscapes
    }

    /// Where its text lies.
    var range: Range<Int> { Int(start)..<Int(end) }

    /// The index of the node that follows it and all that it contains.
    var next: Int { Int(nextIndex) }

    mutating func close(at end: Int, next: Int) {
        self.end = UInt32(end)
        self.nextIndex = UInt32(next)
    }
}
