import BridgeCore

extension Settings {
    /// Where events may go, and how often it is tried.
    public struct Webhooks: SettingsGroup {
        /// Whether endpoints may be plain `http`.
        public let allowHTTP: Bool
        /// What is allowed beyond public addresses.
        public let allowedNetworks: [Network]
        /// For a whole attempt.
        public let timeout: Duration
        /// The delays after attempts 1, 2, …
        public let retrySchedule: [Duration]
        /// How long an endpoint may fail every attempt before it is disabled.
        public let disableAfter: Duration

        private static let delay = ValueForm.duration(.zero ... .seconds(30 * 86_400))

        private static let allowHTTPSetting = DefaultedSetting(
            "webhooks.allowHttp", .boolean, default: "false", "whether endpoints may be plain http")
        private static let allowedNetworksSetting = Setting(
            "webhooks.allowedNetworks", .list(of: .network, atMost: 256),
            "what endpoints may use beyond public addresses: `CIDR[:port]`, separated by commas")
        private static let timeoutSetting = DefaultedSetting(
            "webhooks.timeout", .duration(.milliseconds(1) ... .seconds(600)), default: "15s", "for a whole attempt")
        private static let retryScheduleSetting = DefaultedSetting(
            "webhooks.retrySchedule", .list(of: delay, atMost: 100), default: "5s,5m,30m,2h,5h,10h,14h,20h,24h",
            "the delays after attempts 1, 2, …; at most 20 % longer by jitter")

        private static let disableAfterSetting = DefaultedSetting(
            "webhooks.disableAfter", .duration(.milliseconds(1) ... .seconds(365 * 86_400)), default: "5d",
            "how long an endpoint may fail every attempt before it is disabled")

        /// The settings that are read.
        public static let keys = [
            allowHTTPSetting.key, allowedNetworksSetting.key, timeoutSetting.key, retryScheduleSetting.key,
            disableAfterSetting.key,
        ]

        /// Reads the settings.
        public init(_ reader: inout SettingsReader) {
            allowHTTP = reader.value(Self.allowHTTPSetting)
            allowedNetworks = reader.value(Self.allowedNetworksSetting) ?? []
            timeout = reader.value(Self.timeoutSetting)
            retrySchedule = reader.value(Self.retryScheduleSetting)
            disableAfter = reader.value(Self.disableAfterSetting)
        }
    }
}
