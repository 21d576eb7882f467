import StrictJSON

/// Reads the settings of a JSON text.
enum JSONConfig {
    static func entries(of text: String) throws(ConfigSyntaxFault) -> [ConfigEntry] {
        let root: JSON
        do throws(JSONSyntaxError) {
            root = try JSON.parse(Array(text.utf8))
        } catch {
            throw ConfigSyntaxFault(description: "is not JSON: \(error)")
        }
        guard root.kind == .object else { throw ConfigSyntaxFault(description: "is not a JSON object") }
        return entries(of: root, named: "")
    }

    private static func entries(of value: JSON, named name: String) -> [ConfigEntry] {
        if let members = value.members {
            return members.flatMap { entries(of: $0.value, named: name.isEmpty ? $0.key : "\(name).\($0.key)") }
        }
        guard let elements = value.elements else { return [ConfigEntry(name: name, text: scalar(value))] }
        let texts = elements.compactMap(scalar)
        return [ConfigEntry(name: name, text: texts.count == elements.count ? texts.joined(separator: ",") : nil)]
    }

    private static func scalar(_ value: JSON) -> String? {
        switch value.kind {
        case .string: value.string
        case .number, .boolean: String(decoding: value.raw, as: UTF8.self)
        case .null, .array, .object: nil
        }
    }
}
