/// JSON strings as the most cautious client writes them.
enum JSONText {
    /// The text with an escape for every UTF-16 code unit.
    static func escaped(_ text: String) -> String {
        text.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }
}
