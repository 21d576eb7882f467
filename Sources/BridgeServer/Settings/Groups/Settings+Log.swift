import Logging

extension Settings {
    /// What is logged, and in which form.
    public struct Log: SettingsGroup {
        /// The least level that is logged.
        public let level: Logger.Level
        /// The form; `nil` chooses text on a terminal and JSON otherwise.
        public let format: LogFormat?

        private static let levelSetting = DefaultedSetting(
            "log.level", ValueForm<Logger.Level>.choice, default: Logger.Level.info.rawValue,
            "the least level that is logged")
        private static let formatSetting = Setting(
            "log.format", ValueForm<LogFormat>.choice, shownDefault: "json (text on a terminal)",
            "the form of the log's lines")

        /// The settings that are read.
        public static let keys = [levelSetting.key, formatSetting.key]

        /// Reads the settings.
        public init(_ reader: inout SettingsReader) {
            level = reader.value(Self.levelSetting)
            format = reader.value(Self.formatSetting)
        }
    }
}
