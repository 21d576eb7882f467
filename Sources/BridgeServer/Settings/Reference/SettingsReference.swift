/// Tells people what can be set.
public enum SettingsReference {
    /// The help text of a command that reads those settings: a paragraph for each, in lines of at most 80 columns.
    public static func help(_ keys: [SettingKey]) -> String {
        var lines = ["SETTINGS", "  The first that has a value wins: flag, environment, file in"]
        lines.append("  \(SettingsSources.defaultSecretsFolder), file of \(SettingFlags.configFlag).")
        for key in keys {
            lines.append("  \(key.isSecret ? "no flag, because it is a secret" : key.flag)")
            let ending = key.defaultText.map { " (default: \($0))" } ?? ""
            lines += wrapped("\(key.environmentName): \(key.summary.replacing("`", with: ""))\(ending)", indent: 6)
        }
        return lines.joined(separator: "\n")
    }

    /// The table of the README: a line for each setting, in the order of the catalogue.
    public static var markdownTable: String {
        let rows = SettingCatalogue.all.map { key in
            let value = key.defaultText.map { "`\($0)`" } ?? "none"
            let secret = key.isSecret ? " (secret)" : ""
            return "| `\(key.name)` | `\(key.environmentName)` | \(value) | \(key.summary)\(secret) |"
        }
        return (["| setting | environment | default | |", "|---|---|---|---|"] + rows).joined(separator: "\n")
    }

    /// Lines of at most 80 columns, broken at blanks.
    private static func wrapped(_ text: String, indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let line = lines.last, line.count + 1 + word.count <= 80 {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(margin + word)
            }
        }
        return lines
    }
}
