import Yams

/// Reads the settings of a YAML text.
enum YAMLConfig {
    static func entries(of text: String) throws(ConfigSyntaxFault) -> [ConfigEntry] {
        let root: Node?
        do {
            root = try compose(yaml: text)
        } catch let error as YamlError {
            throw ConfigSyntaxFault(description: "is not YAML\(place(of: error))")
        } catch {
            throw ConfigSyntaxFault(description: "is not YAML")
        }
        guard let root else { return [] }
        guard root.mapping != nil else { throw ConfigSyntaxFault(description: "is not a YAML mapping") }
        return entries(of: root, named: "")
    }

    private static func entries(of node: Node, named name: String) -> [ConfigEntry] {
        if let mapping = node.mapping {
            return mapping.flatMap { key, value in
                let part = key.scalar?.string ?? "?"
                return entries(of: value, named: name.isEmpty ? part : "\(name).\(part)")
            }
        }
        guard let sequence = node.sequence else { return [ConfigEntry(name: name, text: scalar(node))] }
        let texts = sequence.compactMap(scalar)
        return [ConfigEntry(name: name, text: texts.count == sequence.count ? texts.joined(separator: ",") : nil)]
    }

    /// The text as it is written; `nil` for YAML's null, which is written by leaving the value out.
    private static func scalar(_ node: Node) -> String? {
        guard let scalar = node.scalar else { return nil }
        let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
        return isNull ? nil : scalar.string
    }

    private static func place(of error: YamlError) -> String {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            ": line \(mark.line), column \(mark.column)"
        case .duplicatedKeysInMapping: ": a key is written twice"
        default: ""
        }
    }
}
