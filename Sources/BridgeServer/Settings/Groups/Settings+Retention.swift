import BridgeCore

extension Settings {
    /// How long what is over is kept, after the end of the session and of its last open delivery.
    public struct Retention: SettingsGroup {
        /// The periods, as the store takes them.
        public let periods: BridgeCore.Retention

        private static let span = ValueForm.duration(.milliseconds(1) ... .seconds(3650 * 86_400))

        private static let filesSetting = DefaultedSetting(
            "retention.files", span, default: "7d", "how long signed files are kept after the end")
        private static let sessionsSetting = DefaultedSetting(
            "retention.sessions", span, default: "30d",
            "how long sessions, events and deliveries are kept after the end")
        private static let undeliveredSetting = DefaultedSetting(
            "retention.undelivered", span, default: "90d", "how long what could not be delivered is kept")

        /// The settings that are read.
        public static let keys = [filesSetting.key, sessionsSetting.key, undeliveredSetting.key]

        /// Reads the settings.
        public init(_ reader: inout SettingsReader) {
            periods = BridgeCore.Retention(
                files: reader.value(Self.filesSetting), sessions: reader.value(Self.sessionsSetting),
                undelivered: reader.value(Self.undeliveredSetting))
        }
    }
}
