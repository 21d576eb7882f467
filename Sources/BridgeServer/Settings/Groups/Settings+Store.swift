extension Settings {
    /// Where everything is kept.
    public struct Store: SettingsGroup {
        /// The database.
        public let location: StoreLocation
        /// What seals data at rest: the first key seals, all open. Empty: nothing is sealed.
        public let encryptionKeys: [Secret<[UInt8]>]

        private static let locationSetting = DefaultedSetting(
            "store.url", .store, default: "sqlite:./marksign-bridge.sqlite", mayHoldPassword: true,
            "the database: `sqlite:` and a path, or a `postgres://` URL, whose password no flag takes")
        private static let encryptionKeySetting = Setting(
            "store.encryptionKey", .list(of: .encryptionKey, atMost: 16), secret: true,
            "keys that seal data at rest (base64 of 32 bytes each); the first seals, all open")

        /// The settings that are read.
        public static let keys = [locationSetting.key, encryptionKeySetting.key]

        /// Reads the settings.
        public init(_ reader: inout SettingsReader) {
            location = reader.value(Self.locationSetting)
            encryptionKeys = reader.value(Self.encryptionKeySetting) ?? []
            if Set(encryptionKeys.map(\.revealed)).count < encryptionKeys.count {
                reader.report("store.encryptionKey holds the same key twice")
            }
        }
    }
}
