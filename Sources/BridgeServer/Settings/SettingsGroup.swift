/// Settings that are read together.
public protocol SettingsGroup: Sendable {
    /// The settings that are read, in the order in which they are shown.
    static var keys: [SettingKey] { get }

    /// Reads the settings. What is wrong is told to `reader`, and what was made then is thrown away.
    init(_ reader: inout SettingsReader)
}
