/// The statements of the store as PostgreSQL wants them: `?` and `?1` become `$1`.
enum NumberedParameters {
    /// A statement with both kinds of parameters, whose numbers would depend on their order.
    struct Mixed: Error, Equatable {}

    /// Rewrites the parameters of a statement; those in quotes and comments are none.
    ///
    /// It knows the quoting that the store uses: `'text'`, `"name"`, `-- line` and `/* block */`, which may be nested.
    static func numbered(_ sql: String) throws(Mixed) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(sql.utf8.count + 16)
        var rest = Substring(sql).utf8
        var count = 0
        var hasPlain = false
        var hasNumbered = false
        while let byte = rest.first {
            let skipped = skip(rest)
            if skipped > 0 {
                result += rest.prefix(skipped)
                rest = rest.dropFirst(skipped)
                continue
            }
            rest = rest.dropFirst()
            guard byte == UInt8(ascii: "?") else {
                result.append(byte)
                continue
            }
            result.append(UInt8(ascii: "$"))
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            if digits.isEmpty {
                hasPlain = true
                count += 1
                result += String(count).utf8
            } else {
                hasNumbered = true
                result += digits
                rest = rest.dropFirst(digits.count)
            }
        }
        if hasPlain && hasNumbered { throw Mixed() }
        return String(decoding: result, as: UTF8.self)
    }

    /// How many bytes of quotes or of a comment are at the beginning. One that does not end reaches to the end.
    private static func skip(_ text: Substring.UTF8View) -> Int {
        switch text.first {
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            // A quote that is doubled ends one text and begins another, which comes to the same.
            return text.dropFirst().firstIndex(of: text[text.startIndex])
                .map { text.distance(from: text.startIndex, to: $0) + 1 } ?? text.count
        case UInt8(ascii: "-") where text.starts(with: "--".utf8):
            return text.prefix { $0 != UInt8(ascii: "\n") }.count
        case UInt8(ascii: "/") where text.starts(with: "/*".utf8):
            var depth = 0
            var rest = text
            repeat {
                if rest.starts(with: "/*".utf8) {
                    depth += 1
                    rest = rest.dropFirst(2)
                } else if rest.starts(with: "*/".utf8) {
                    depth -= 1
                    rest = rest.dropFirst(2)
                } else {
                    rest = rest.dropFirst()
                }
            } while depth > 0 && !rest.isEmpty
            return text.count - rest.count
        default:
            return 0
        }
    }
}
