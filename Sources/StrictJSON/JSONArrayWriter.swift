/// Writes the elements of an array, in the order of the calls.
public struct JSONArrayWriter: Sendable {
    var text: JSONText
    private var isEmpty = true

    init(text: consuming JSONText) {
        self.text = text
    }

    private mutating func separate() {
        if !isEmpty { text.append(UInt8(ascii: ",")) }
        isEmpty = false
    }

    /// A string, or `null`.
    public mutating func element(_ value: String?) {
        separate()
        text.append(value) { $0.append(string: $1) }
    }

    /// A boolean, or `null`.
    public mutating func element(_ value: Bool?) {
        separate()
        text.append(value) { $0.append(boolean: $1) }
    }

    /// An integer, or `null`.
    public mutating func element(_ value: (some BinaryInteger)?) {
        separate()
        text.append(value) { $0.append(integer: $1) }
    }

    /// A number; `null` for what JSON cannot express (infinities, NaN).
    public mutating func element(_ value: Double?) {
        separate()
        text.append(value) { $0.append(double: $1) }
    }

    /// A parsed value, exactly as it came.
    public mutating func element(json value: JSON) {
        separate()
        text.append(json: value)
    }

    /// `null`.
    public mutating func null() {
        separate()
        text.appendNull()
    }

    /// An object.
    public mutating func object(_ body: (inout JSONObjectWriter) throws -> Void) rethrows {
        separate()
        try text.object(body)
    }

    /// An array.
    public mutating func array(_ body: (inout JSONArrayWriter) throws -> Void) rethrows {
        separate()
        try text.array(body)
    }
}
