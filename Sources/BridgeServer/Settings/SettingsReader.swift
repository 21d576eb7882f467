import Configuration

/// Reads settings from their sources, and gathers what is wrong with them.
///
/// The first source that has a value wins. A value that is there and cannot be read is always a fault: it never gives
/// way to another source or to the default.
public struct SettingsReader: Sendable {
    /// What is wrong so far: one line for each fault, without any secret.
    public private(set) var problems: [String] = []
    /// What can be meant, but seldom is: one line each.
    public private(set) var warnings: [String] = []
    private let sources: [SettingsSource]

    /// Reads from sources in the order of their precedence.
    init(_ sources: [SettingsSource]) {
        self.sources = sources
    }

    /// Reads a group of settings from sources in the order of their precedence.
    ///
    /// - Throws: ``SettingsError`` with every fault that was found.
    public static func read<Group: SettingsGroup>(
        _ group: Group.Type, from sources: SettingsSources
    ) throws(SettingsError) -> Group {
        var reader = SettingsReader(sources.inOrder)
        let settings = Group(&reader)
        guard reader.problems.isEmpty else { throw SettingsError(reader.problems) }
        return settings
    }

    mutating func value<Value>(_ setting: DefaultedSetting<Value>) -> Value {
        value(setting.setting) ?? setting.defaultValue
    }

    /// The value, or `nil` when there is none, or when it is wrong and that was noted.
    mutating func value<Value>(_ setting: Setting<Value>) -> Value? {
        guard let found = find(setting.key) else { return nil }
        guard let text = found.text else {
            report("\(setting.key.name) (\(found.origin)) cannot be read as text")
            return nil
        }
        if let value = setting.form.parse(text) { return value }
        let shown = setting.key.hides(text) ? "the value, which is not shown," : text.quotedForOperators
        report("\(setting.key.name) (\(found.origin)): \(shown) is not \(setting.form.expected)")
        return nil
    }

    mutating func report(_ problem: String) {
        problems.append(problem)
    }

    mutating func warn(_ warning: String) {
        warnings.append(warning)
    }

    /// What is set for a key and where; secrets are not shown. `nil` when the default holds.
    func shown(_ key: SettingKey) -> (text: String, origin: String)? {
        find(key).map { found in
            let text = found.text ?? ""
            return (key.hides(text) ? "<redacted>" : text, found.origin)
        }
    }

    private func find(_ key: SettingKey) -> (text: String?, origin: String)? {
        for source in sources {
            do {
                let result = try source.provider.value(forKey: AbsoluteConfigKey(key.components), type: .string)
                guard let value = result.value else { continue }
                guard case .string(let text) = value.content else { return (nil, source.origin(key)) }
                return (text, source.origin(key))
            } catch {
                return (nil, source.origin(key))
            }
        }
        return nil
    }
}
