extension Settings {
    /// Where the bridge listens.
    public struct Listeners: SettingsGroup {
        /// The address of the API: a name or a literal address.
        public let host: String
        /// The port of the API; 0 takes any that is free.
        public let port: Int
        /// What `Location` headers and links in events begin with; without it they are paths.
        public let publicURL: HTTPURL?
        /// Health and metrics.
        public let admin: Admin

        private static let hostSetting = DefaultedSetting(
            "http.host", .text, default: "127.0.0.1", "the address that the API listens on")
        private static let portSetting = DefaultedSetting(
            "http.port", .port, default: "8080", "the port of the API; 0 takes any that is free")
        private static let publicURLSetting = Setting(
            "http.publicUrl", .url, "what `Location` headers and links in events begin with; without it they are paths")

        /// The settings that are read.
        public static let keys = [hostSetting.key, portSetting.key, publicURLSetting.key] + Admin.keys

        /// Reads the settings.
        public init(_ reader: inout SettingsReader) {
            host = reader.value(Self.hostSetting)
            port = reader.value(Self.portSetting)
            publicURL = reader.value(Self.publicURLSetting)
            admin = Admin(&reader)
            if port != 0, port == admin.port, host == admin.host {
                reader.report(
                    "http.port and admin.port are both \(port): the API and the admin listener need a port each")
            }
        }
    }
}

extension Settings {
    /// Where health and metrics are served; never the API.
    public struct Admin: SettingsGroup {
        /// The address: a name or a literal address.
        public let host: String
        /// The port; 0 takes any that is free.
        public let port: Int

        private static let hostSetting = DefaultedSetting(
            "admin.host", .text, default: "127.0.0.1", "the address that health and metrics are served on")
        private static let portSetting = DefaultedSetting(
            "admin.port", .port, default: "8081", "the port of health and metrics; 0 takes any that is free")

        /// The settings that are read.
        public static let keys = [hostSetting.key, portSetting.key]

        /// Reads the settings.
        public init(_ reader: inout SettingsReader) {
            host = reader.value(Self.hostSetting)
            port = reader.value(Self.portSetting)
        }
    }
}
