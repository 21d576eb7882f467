/// A configuration file: JSON or YAML, by its name.
///
/// Settings are nested by the parts of their names (`http: {port: 8080}`), or written whole (`http.port: 8080`).
enum ConfigFile {
    static func read(_ path: String) throws(SettingsError) -> [SettingKey: String] {
        let text: String
        do throws(TextFile.Failure) {
            text = try TextFile.read(path)
        } catch {
            throw SettingsError(["--config \(path): \(error)"])
        }
        let entries: [ConfigEntry]
        do throws(ConfigSyntaxFault) {
            if path.hasSuffix(".json") {
                entries = try JSONConfig.entries(of: text)
            } else if path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
                entries = try YAMLConfig.entries(of: text)
            } else {
                throw ConfigSyntaxFault(description: "its name has to end in .json, .yaml or .yml")
            }
        } catch {
            throw SettingsError(["--config \(path): \(error)"])
        }
        return try values(of: entries, path: path)
    }

    private static func values(of entries: [ConfigEntry], path: String) throws(SettingsError) -> [SettingKey: String] {
        var values: [SettingKey: String] = [:]
        var problems: [String] = []
        for entry in entries {
            guard let key = SettingCatalogue.key(named: entry.name) else {
                let near = nearest(to: entry.name, in: SettingCatalogue.all.map(\.name))
                let hint = near.map { "; did you mean \($0)?" } ?? ""
                problems.append("\(path): unknown setting \(entry.name.quotedForOperators)\(hint)")
                continue
            }
            guard let text = entry.text else {
                problems.append("\(path): \(key.name) is neither a text nor a number, a boolean or a list of them")
                continue
            }
            if values.updateValue(text, forKey: key) != nil {
                problems.append("\(path): \(key.name) is set twice")
            }
        }
        guard problems.isEmpty else { throw SettingsError(problems) }
        return values
    }
}

/// A leaf of a configuration file.
struct ConfigEntry: Equatable {
    /// The names on the way to it, joined by full stops.
    let name: String
    /// Its value as a text, a list joined by commas; `nil` when it has no such form.
    let text: String?
}

/// Why a configuration file cannot be read; never shows a part of the file, which may hold secrets.
struct ConfigSyntaxFault: Error, CustomStringConvertible {
    let description: String
}
