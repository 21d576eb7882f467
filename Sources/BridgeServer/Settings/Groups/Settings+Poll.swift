extension Settings {
    /// When Marksign is asked about a session, and when a session is given up.
    public struct Poll: SettingsGroup {
        /// From the start of a session to its first poll.
        public let firstDelay: Duration
        /// Between polls at first.
        public let interval: Duration
        /// The age of a session from which on it is polled by ``slowInterval``.
        public let slowAfter: Duration
        /// Between polls later.
        public let slowInterval: Duration
        /// The age at which a session is given up.
        public let timeout: Duration
        /// How long longer when the last answers were faults.
        public let rescue: Duration

        private static let pause = ValueForm.duration(.milliseconds(1) ... .seconds(3600))
        private static let span = ValueForm.duration(.zero ... .seconds(86_400))

        private static let firstDelaySetting = DefaultedSetting(
            "poll.firstDelay", span, default: "5.5s", "from the start of a session to its first poll")
        private static let intervalSetting = DefaultedSetting(
            "poll.interval", pause, default: "2.5s", "between polls, with a jitter of 5 %")
        private static let slowAfterSetting = DefaultedSetting(
            "poll.slowAfter", span, default: "50s", "the age of a session from which on `poll.slowInterval` holds")
        private static let slowIntervalSetting = DefaultedSetting(
            "poll.slowInterval", pause, default: "3.5s", "between polls of an older session")
        private static let timeoutSetting = DefaultedSetting(
            "poll.timeout", .duration(.milliseconds(1) ... .seconds(86_400)), default: "180s",
            "the age at which a session is given up")
        private static let rescueSetting = DefaultedSetting(
            "poll.rescue", span, default: "120s", "how long longer when the last answers were faults")

        /// The settings that are read.
        public static let keys = [
            firstDelaySetting.key, intervalSetting.key, slowAfterSetting.key, slowIntervalSetting.key,
            timeoutSetting.key,
            rescueSetting.key,
        ]

        /// Reads the settings.
        public init(_ reader: inout SettingsReader) {
            firstDelay = reader.value(Self.firstDelaySetting)
            interval = reader.value(Self.intervalSetting)
            slowAfter = reader.value(Self.slowAfterSetting)
            slowInterval = reader.value(Self.slowIntervalSetting)
            timeout = reader.value(Self.timeoutSetting)
            rescue = reader.value(Self.rescueSetting)
        }
    }
}
