extension Settings {
    /// How large what comes in may be.
    public struct Limits: SettingsGroup {
        /// Bytes of one file, decoded.
        public let maxFileBytes: Int
        /// Bytes of one request's body.
        public let maxRequestBytes: Int

        private static let maxFileBytesSetting = DefaultedSetting(
            "limits.maxFileBytes", .size(1...(1 << 30)), default: "50MiB", "of one file, decoded")
        private static let maxRequestBytesSetting = DefaultedSetting(
            "limits.maxRequestBytes", .size(1024...(2 << 30)), default: "96MiB", "of one request")

        /// The settings that are read.
        public static let keys = [maxFileBytesSetting.key, maxRequestBytesSetting.key]

        /// Reads the settings.
        public init(_ reader: inout SettingsReader) {
            maxFileBytes = reader.value(Self.maxFileBytesSetting)
            maxRequestBytes = reader.value(Self.maxRequestBytesSetting)
            // Base64 makes four bytes of three; 64 KiB are for what stands around the file.
            let needed = maxFileBytes / 3 * 4 + 65_536
            if maxRequestBytes < needed {
                reader.warn(
                    """
                    limits.maxRequestBytes (\(maxRequestBytes)) is less than a file of limits.maxFileBytes takes in a \
                    request (\(needed)): the largest files will be refused
                    """)
            }
        }
    }
}
