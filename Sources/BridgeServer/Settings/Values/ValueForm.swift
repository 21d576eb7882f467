/// How a value is written, and what people are told when it is not.
struct ValueForm<Value: Sendable>: Sendable {
    /// What was expected, to stand after "expected".
    let expected: String
    /// Reads a text; `nil` when it has not this form.
    let parse: @Sendable (String) -> Value?

    init(_ expected: String, _ parse: @escaping @Sendable (String) -> Value?) {
        self.expected = expected
        self.parse = parse
    }
}

extension ValueForm where Value == String {
    /// One or more characters, none of them a control character.
    static var text: Self {
        ValueForm("a text of 1 to 1024 characters without control characters") { text in
            (1...1024).contains(text.count) && !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
                ? text : nil
        }
    }
}

extension ValueForm where Value == Bool {
    /// Yes or no.
    static var boolean: Self {
        ValueForm("true or false") { text in
            switch text.lowercased() {
            case "true", "yes", "1": true
            case "false", "no", "0": false
            default: nil
            }
        }
    }
}

extension ValueForm where Value == Int {
    /// A whole number within bounds, in decimal digits.
    static func integer(_ bounds: ClosedRange<Int>) -> Self {
        ValueForm("a whole number from \(bounds.lowerBound) to \(bounds.upperBound)") { text in
            guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int(text) else {
                return nil
            }
            return bounds.contains(value) ? value : nil
        }
    }

    /// A TCP port; 0 takes any that is free.
    static var port: Self { integer(0...65_535) }
}

extension ValueForm where Value == Double {
    /// A decimal number within bounds, without an exponent.
    static func number(_ bounds: ClosedRange<Double>) -> Self {
        ValueForm("a number from \(bounds.lowerBound.plain) to \(bounds.upperBound.plain)") { text in
            guard text.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }),
                let value = Double(text), bounds.contains(value)
            else { return nil }
            return value
        }
    }
}

extension ValueForm where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the raw values of an enumeration.
    static var choice: Self {
        let names = Value.allCases.map(\.rawValue)
        return ValueForm("one of \(names.joined(separator: ", "))") { Value(rawValue: $0) }
    }
}

extension ValueForm {
    /// One or more values, separated by commas; blanks around each do not count.
    static func list<Element>(of form: ValueForm<Element>, atMost limit: Int) -> Self where Value == [Element] {
        ValueForm("1 to \(limit) values separated by commas, each \(form.expected)") { text in
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            guard parts.count <= limit else { return nil }
            var values: [Element] = []
            for part in parts {
                guard let value = form.parse(part.trimmingBlanks) else { return nil }
                values.append(value)
            }
            return values
        }
    }
}

extension Double {
    fileprivate var plain: String {
        self == rounded() ? String(Int(self)) : String(self)
    }
}

extension StringProtocol {
    var trimmingBlanks: String {
        var rest = Substring(self)
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}
