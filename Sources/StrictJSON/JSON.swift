/// One value of a JSON text: a cheap reference into the parsed text, which it keeps alive and never changes.
public struct JSON: Sendable {
    /// The six kinds of a JSON value.
    public enum Kind: UInt8, Sendable {
        /// `null`
        case null
        /// `true` or `false`
        case boolean
        /// A finite number.
        case number
        /// A string.
        case string
        /// An array.
        case array
        /// An object.
        case object
    }

    let document: JSONDocument
    let index: Int

    /// Reads one JSON text (RFC 8259) strictly, in linear time and without recursion.
    ///
    /// Refused are: duplicate keys (compared after unescaping), invalid UTF-8, lone surrogate escapes, raw control
    /// characters in strings, a byte order mark, numbers that overflow a `Double`, and anything but whitespace after
    /// the value.
    ///
    /// - Parameters:
    ///   - bytes: The whole text, at most 4 GiB.
    ///   - maximumDepth: How deep arrays and objects may be nested; a scalar has depth 0.
    ///   - maximumValues: How many values and keys the text may hold; each takes 16 bytes of memory while it is read.
    /// - Throws: ``JSONSyntaxError`` at the first fault.
    public static func parse(
        _ bytes: [UInt8], maximumDepth: Int = 32, maximumValues: Int = 1_000_000
    ) throws(JSONSyntaxError) -> JSON {
        let limits = JSONParser.Limits(depth: maximumDepth, values: maximumValues)
        let nodes = try bytes.withUnsafeBufferPointer { text throws(JSONSyntaxError) in
            var parser = JSONParser(UnsafeRawBufferPointer(text), limits: limits)
            return try parser.parse()
        }
        return JSON(document: JSONDocument(bytes: bytes, nodes: nodes), index: 0)
    }

    private var node: JSONNode { document.nodes[index] }

    /// What kind of value it is.
    public var kind: Kind { node.kind }

    /// Its text exactly as it came. The slice keeps the whole text alive.
    public var raw: ArraySlice<UInt8> { document.bytes[node.range] }

    /// Whether it is `null`.
    public var isNull: Bool { kind == .null }

    /// The value of `true` or `false`, nil for any other kind.
    public var boolean: Bool? {
        kind == .boolean ? raw.first == UInt8(ascii: "t") : nil
    }

    /// The value of a number that is written without fraction and exponent and fits, otherwise nil.
    public var integer: Int64? {
        kind == .number ? Int64(String(decoding: raw, as: UTF8.self)) : nil
    }

    /// The nearest `Double` of a number, always finite; nil for any other kind.
    public var double: Double? {
        kind == .number ? Double(String(decoding: raw, as: UTF8.self)) : nil
    }
}
