extension Settings {
    /// How much is asked of Marksign, and how long it may take.
    public struct Upstream: SettingsGroup {
        /// Requests a second, of all kinds together.
        public let maxRate: Double
        /// Requests under way at once.
        public let maxConcurrent: Int
        /// For connecting, TLS included.
        public let connectTimeout: Duration
        /// For a whole request that starts nothing.
        public let timeout: Duration
        /// For a whole request that starts a session.
        public let startTimeout: Duration

        private static let span = ValueForm.duration(.milliseconds(1) ... .seconds(600))

        private static let maxRateSetting = DefaultedSetting(
            "upstream.maxRate", .number(0.01...100_000), default: "50", "requests a second to Marksign, of all kinds")
        private static let maxConcurrentSetting = DefaultedSetting(
            "upstream.maxConcurrent", .integer(1...1024), default: "64", "requests to Marksign under way at once")
        private static let connectTimeoutSetting = DefaultedSetting(
            "upstream.connectTimeout", span, default: "3s", "for connecting to Marksign, TLS included")
        private static let timeoutSetting = DefaultedSetting(
            "upstream.timeout", span, default: "20s", "for a whole poll or removal")
        private static let startTimeoutSetting = DefaultedSetting(
            "upstream.startTimeout", span, default: "90s", "for a whole start")

        /// The settings that are read.
        public static let keys = [
            maxRateSetting.key, maxConcurrentSetting.key, connectTimeoutSetting.key, timeoutSetting.key,
            startTimeoutSetting.key,
        ]

        /// Reads the settings.
        public init(_ reader: inout SettingsReader) {
            maxRate = reader.value(Self.maxRateSetting)
            maxConcurrent = reader.value(Self.maxConcurrentSetting)
            connectTimeout = reader.value(Self.connectTimeoutSetting)
            timeout = reader.value(Self.timeoutSetting)
            startTimeout = reader.value(Self.startTimeoutSetting)
        }
    }
}
