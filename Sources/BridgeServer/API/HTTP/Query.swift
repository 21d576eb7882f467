import Foundation

/// The parameters of a request's query, each at most once.
struct Query: Sendable {
    private let values: [String: String]

    /// - Parameter allowed: The names that the route knows.
    /// - Throws: ``Problem`` 400 for any other name, a repeated one, or a text that is not percent-encoded UTF-8.
    init(_ text: String?, allowed: [String]) throws(Problem) {
        var values: [String: String] = [:]
        for part in (text ?? "").split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(pair[0]), let value = Self.decoded(pair.count > 1 ? pair[1] : "") else {
                throw Problem(.invalidQuery, "The query is not percent-encoded UTF-8.")
            }
            guard allowed.contains(name) else {
                let known = allowed.isEmpty ? "none" : allowed.joined(separator: ", ")
                throw Problem(.invalidQuery, "A parameter is not known here; known: \(known).")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Problem(.invalidQuery, "\(name) stands twice.")
            }
        }
        self.values = values
    }

    /// The value of a parameter as `parse` reads it; `nil` when it is not there.
    func value<Value>(_ name: String, _ expected: String, _ parse: (String) -> Value?) throws(Problem) -> Value? {
        guard let text = values[name] else { return nil }
        guard let value = parse(text) else { throw Problem(.invalidQuery, "\(name) must be \(expected).") }
        return value
    }

    /// The value of a parameter that names a case.
    func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, from cases: [Value] = Array(Value.allCases)
    ) throws(Problem) -> Value? {
        let expected = "one of " + cases.map(\.rawValue).joined(separator: ", ")
        return try value(name, expected) { text in cases.first { $0.rawValue == text } }
    }

    /// The value of a parameter that is a whole number.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        try value(name, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            guard text.utf8.count <= 9, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text),
                range.contains(number)
            else { return nil }
            return number
        }
    }

    private static func decoded(_ text: Substring) -> String? {
        // A plus stands for itself: no value has spaces, and offsets of times have plus signs.
        text.removingPercentEncoding
    }
}
