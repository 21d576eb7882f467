/// Writes the members of an object, in the order of the calls. Keys are expected to differ.
public struct JSONObjectWriter: Sendable {
    var text: JSONText
    private var isEmpty = true

    init(text: consuming JSONText) {
        self.text = text
    }

    private mutating func key(_ key: String) {
        if !isEmpty { text.append(UInt8(ascii: ",")) }
        isEmpty = false
        text.append(string: key)
        text.append(UInt8(ascii: ":"))
    }

    /// A string, or `null`.
    public mutating func member(_ key: String, _ value: String?) {
        self.key(key)
        text.append(value) { $0.append(string: $1) }
    }

    /// A boolean, or `null`.
    public mutating func member(_ key: String, _ value: Bool?) {
        self.key(key)
        text.append(value) { $0.append(boolean: $1) }
    }

    /// An integer, or `null`.
    public mutating func member(_ key: String, _ value: (some BinaryInteger)?) {
        self.key(key)
        text.append(value) { $0.append(integer: $1) }
    }

    /// A number; `null` for what JSON cannot express (infinities, NaN).
    public mutating func member(_ key: String, _ value: Double?) {
        self.key(key)
        text.append(value) { $0.append(double: $1) }
    }

    /// A parsed value, exactly as it came.
    public mutating func member(_ key: String, json value: JSON) {
        self.key(key)
        text.append(json: value)
    }

    /// A string given as UTF-8, copied once and never made a `String` when nothing in it needs an escape (base64).
    /// What is not UTF-8 is replaced by U+FFFD.
    public mutating func member(_ key: String, utf8 value: some Collection<UInt8>) {
        self.key(key)
        text.append(utf8: value)
    }

    /// `null`.
    public mutating func null(_ key: String) {
        self.key(key)
        text.appendNull()
    }

    /// An object.
    public mutating func object(_ key: String, _ body: (inout JSONObjectWriter) throws -> Void) rethrows {
        self.key(key)
        try text.object(body)
    }

    /// An array.
    public mutating func array(_ key: String, _ body: (inout JSONArrayWriter) throws -> Void) rethrows {
        self.key(key)
        try text.array(body)
    }
}
