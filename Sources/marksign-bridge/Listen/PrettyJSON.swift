import StrictJSON

/// JSON with line breaks and two spaces for each level; every value's own text is unchanged.
enum PrettyJSON {
    static func text(_ value: JSON) -> String {
        text(value, indent: "")
    }

    private static func text(_ value: JSON, indent: String) -> String {
        let inner = indent + "  "
        if let members = value.members, !members.isEmpty {
            let lines = members.map { "\(inner)\(quoted($0.key)): \(text($0.value, indent: inner))" }
            return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
        }
        if let elements = value.elements, !elements.isEmpty {
            let lines = elements.map { inner + text($0, indent: inner) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
        }
        return String(decoding: value.raw, as: UTF8.self)
    }

    private static func quoted(_ key: String) -> String {
        var writer = JSONWriter()
        writer.array { $0.element(key) }
        return String(decoding: writer.bytes.dropFirst().dropLast(), as: UTF8.self)
    }
}
