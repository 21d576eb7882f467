extension String {
    /// The text without what could steer a terminal; line ends and tabs stay.
    var safeForTerminal: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control where scalar != "\n" && scalar != "\t", .format: "\u{FFFD}"
                    default: scalar
                    }
                }))
    }

    /// The first line that says anything, for a terminal, cut to 200 characters.
    var firstLineForTerminal: String {
        let line = split(whereSeparator: \.isNewline).lazy.map { $0.trimmingPrefix(while: \.isWhitespace) }
            .first { !$0.isEmpty }
        guard let line else { return "" }
        return String(line.prefix(200)).safeForTerminal + (line.count > 200 ? "…" : "")
    }
}
