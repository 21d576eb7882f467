/// The settings of a command line: `--http-port 8080` or `--http-port=8080`, and `--config FILE`.
public struct SettingFlags: Sendable, Equatable {
    /// What is set.
    public private(set) var values: [SettingKey: String] = [:]
    /// The configuration file.
    public private(set) var configFile: String?

    /// The flag that names a configuration file.
    public static let configFlag = "--config"

    /// Flags that are known already.
    public init(_ values: [SettingKey: String] = [:], configFile: String? = nil) {
        self.values = values
        self.configFile = configFile
    }

    /// Reads the arguments of a command.
    ///
    /// - Parameters:
    ///   - arguments: The arguments after the command's name.
    ///   - keys: The settings that the command reads.
    /// - Throws: ``SettingsError`` with a line for each flag that is not known, repeated, a secret or without a value.
    public init(_ arguments: [String], reading keys: [SettingKey]) throws(SettingsError) {
        var problems: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let flag = String(parts[0])
            guard argument.hasPrefix("--"), flag.count > 2 else {
                problems.append("unexpected argument \(argument.quotedForOperators)")
                continue
            }
            let key = keys.first { $0.flag == flag }
            guard key != nil || flag == Self.configFlag else {
                problems.append(Self.unknown(flag, keys))
                // The value of an unknown flag is no fault of its own.
                if parts.count == 1, let next = rest.first, !next.hasPrefix("--") { rest.removeFirst() }
                continue
            }
            let value = parts.count == 2 ? String(parts[1]) : Self.takeValue(&rest)
            if let key, key.hides(value ?? "") {
                problems.append(
                    """
                    \(flag): a secret is not taken from the command line, where everyone can see it; set \
                    \(key.environmentName), or write it to \(SettingsSources.defaultSecretsFolder)/\(key.secretFileName)
                    """)
            } else if let value {
                let isFirst = key.map { values.updateValue(value, forKey: $0) == nil } ?? (configFile == nil)
                if key == nil { configFile = value }
                if !isFirst { problems.append("\(flag) is given twice") }
            } else {
                problems.append("\(flag) has no value")
            }
        }
        guard problems.isEmpty else { throw SettingsError(problems) }
    }

    /// The next argument, unless it is another flag.
    private static func takeValue(_ rest: inout ArraySlice<String>) -> String? {
        guard let next = rest.first, !next.hasPrefix("--") else { return nil }
        return rest.removeFirst()
    }

    private static func unknown(_ flag: String, _ keys: [SettingKey]) -> String {
        let near = nearest(to: flag, in: keys.map(\.flag) + [configFlag])
        return "unknown flag \(flag.quotedForOperators)\(near.map { "; did you mean \($0)?" } ?? "")"
    }
}
