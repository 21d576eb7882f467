import Configuration

/// One place that settings come from.
struct SettingsSource: Sendable {
    /// Looks up values; all of them are texts.
    let provider: any ConfigProvider
    /// How people find the value of a key there.
    let origin: @Sendable (SettingKey) -> String

    /// Values that were read already.
    init(_ values: [SettingKey: String], origin: @escaping @Sendable (SettingKey) -> String) {
        provider = InMemoryProvider(
            values: Dictionary(
                uniqueKeysWithValues: values.map { key, text in
                    (AbsoluteConfigKey(key.components), ConfigValue(.string(text), isSecret: key.hides(text)))
                }))
        self.origin = origin
    }

    /// The environment.
    init(environment: [String: String]) {
        provider = EnvironmentVariablesProvider(environmentVariables: environment)
        origin = { $0.environmentName }
    }
}
