import BridgeServer

extension SettingsSources {
    /// What is set, by the flags of a command line and everywhere else.
    ///
    /// - Parameters:
    ///   - arguments: The arguments that are settings.
    ///   - keys: The settings that the command reads.
    init(commandLine arguments: [String], reading keys: [SettingKey]) throws(SettingsError) {
        try self.init(flags: try SettingFlags(arguments, reading: keys))
    }
}
