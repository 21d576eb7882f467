/// Writes one JSON value as bytes; what it can be asked to write is always valid JSON, and the same every time.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object { writer in
///     writer.member("name", "text")
///     writer.array("items") { $0.element(5) }
/// }
/// send(writer.bytes)
/// ```
///
/// Members keep the order in which they are written. Strings escape the quote, the backslash and control characters,
/// nothing else.
public struct JSONWriter: Sendable {
    private var text: JSONText

    /// The text so far: empty until the value is written.
    public var bytes: [UInt8] { text.bytes }

    /// A writer with room for `capacity` bytes: worth giving for megabytes, so that they are not copied while it grows.
    public init(capacity: Int = 0) {
        text = JSONText(capacity: capacity)
    }

    /// Writes the value as an object. One writer writes one value.
    public mutating func object(_ body: (inout JSONObjectWriter) throws -> Void) rethrows {
        precondition(text.bytes.isEmpty, "a JSON text is one value")
        try text.object(body)
    }

    /// Writes the value as an array. One writer writes one value.
    public mutating func array(_ body: (inout JSONArrayWriter) throws -> Void) rethrows {
        precondition(text.bytes.isEmpty, "a JSON text is one value")
        try text.array(body)
    }
}
