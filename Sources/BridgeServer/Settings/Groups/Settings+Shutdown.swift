extension Settings {
    /// How the service stops.
    public struct Shutdown: SettingsGroup {
        /// Within this time the process is gone after `SIGTERM`.
        public let timeout: Duration

        private static let timeoutSetting = DefaultedSetting(
            "shutdown.timeout", .duration(.milliseconds(1) ... .seconds(600)), default: "10s",
            "within which the process is gone after SIGTERM")

        /// The settings that are read.
        public static let keys = [timeoutSetting.key]

        /// Reads the settings.
        public init(_ reader: inout SettingsReader) {
            timeout = reader.value(Self.timeoutSetting)
        }
    }
}
