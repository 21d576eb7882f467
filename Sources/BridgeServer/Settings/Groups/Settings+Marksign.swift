import Marksign

extension Settings {
    /// How Marksign is reached.
    public struct Marksign: SettingsGroup {
        /// Where its API is.
        public let baseURL: HTTPURL
        /// Where the access token comes from.
        public let accessToken: AccessTokenOrigin
        /// The language of its answers, and with it the prefix of its paths.
        public let locale: MarksignLocale

        private static let baseURLSetting = DefaultedSetting(
            "marksign.baseUrl", .safeURL, default: "https://api.marksign.eu", "where Marksign's API is")
        private static let accessTokenSetting = Setting(
            "marksign.accessToken", .accessToken, secret: true, "the access token; this or `marksign.accessTokenFile`")
        private static let accessTokenFileSetting = Setting(
            "marksign.accessTokenFile", .text, "a file that holds the access token; changes are followed")
        private static let localeSetting = DefaultedSetting(
            "marksign.locale", ValueForm<MarksignLocale>.choice, default: MarksignLocale.en.rawValue,
            "the language of Marksign's answers")

        /// The settings that are read.
        public static let keys = [
            baseURLSetting.key, accessTokenSetting.key, accessTokenFileSetting.key, localeSetting.key,
        ]

        /// Reads the settings.
        public init(_ reader: inout SettingsReader) {
            baseURL = reader.value(Self.baseURLSetting)
            locale = reader.value(Self.localeSetting)
            let problems = reader.problems.count
            let token = reader.value(Self.accessTokenSetting)
            let file = reader.value(Self.accessTokenFileSetting)
            switch (token, file) {
            case (let token?, nil): accessToken = .value(token)
            case (nil, let path?): accessToken = .file(path: path)
            case (.some, .some):
                reader.report("marksign.accessToken and marksign.accessTokenFile are both set: keep one")
                accessToken = .file(path: "")
            case (nil, nil):
                if reader.problems.count == problems {
                    reader.report(
                        """
                        marksign.accessToken is missing: set \(Self.accessTokenSetting.key.environmentName), or \
                        \(Self.accessTokenFileSetting.key.environmentName) to the path of a file that holds it
                        """)
                }
                accessToken = .file(path: "")
            }
        }
    }
}

/// Where the access token comes from.
public enum AccessTokenOrigin: Sendable {
    /// It is a setting.
    case value(AccessToken)
    /// It is in a file, which may change.
    case file(path: String)
}
