extension String {
    /// The text in quotes, cut to 80 characters, with everything that could disturb a terminal or a log escaped.
    var quotedForOperators: String {
        var text = ""
        for scalar in unicodeScalars.prefix(80) {
            text += scalar.isASCII ? scalar.escaped(asASCII: true) : scalar.isVisible ? String(scalar) : "\u{FFFD}"
        }
        return "\"\(text)\(unicodeScalars.count > 80 ? "…" : "")\""
    }
}

extension Unicode.Scalar {
    /// Whether it has a form of its own: no control, format or separator character but the space.
    var isVisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
