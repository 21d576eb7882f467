import BridgeCore
import Logging
import Marksign
import Testing

@testable import BridgeServer

/// Settings from nothing but flags and an environment.
func readSettings(
    flags: [String] = [], environment: [String: String] = ["MARKSIGN_ACCESS_TOKEN": "t"]
) throws(SettingsError) -> Settings {
    let sources = try SettingsSources(
        flags: try SettingFlags(flags, reading: Settings.keys), environment: environment, secretsFolder: "/nonexistent")
    return try SettingsReader.read(Settings.self, from: sources)
}

/// The lines that tell why settings were refused; empty when they were not.
func problems(_ body: () throws(SettingsError) -> Void) -> [String] {
    do throws(SettingsError) {
        try body()
        return []
    } catch {
        return error.problems
    }
}

@Suite("Settings")
struct SettingsTests {
    @Test("Every default is the documented one")
    func defaults() throws {
        let settings = try readSettings()
        #expect(settings.marksign.baseURL.description == "https://api.marksign.eu")
        #expect(settings.marksign.locale == .en)
        #expect(settings.listeners.host == "127.0.0.1" && settings.listeners.port == 8080)
        #expect(settings.listeners.publicURL == nil)
        #expect(settings.listeners.admin.host == "127.0.0.1" && settings.listeners.admin.port == 8081)
        #expect(settings.store.location == .sqlite(path: "./marksign-bridge.sqlite"))
        #expect(settings.store.encryptionKeys.isEmpty)
        #expect(settings.poll.firstDelay == .milliseconds(5500) && settings.poll.interval == .milliseconds(2500))
        #expect(settings.poll.slowAfter == .seconds(50) && settings.poll.slowInterval == .milliseconds(3500))
        #expect(settings.poll.timeout == .seconds(180) && settings.poll.rescue == .seconds(120))
        #expect(settings.upstream.maxRate == 50 && settings.upstream.maxConcurrent == 64)
        #expect(settings.upstream.connectTimeout == .seconds(3))
        #expect(settings.upstream.timeout == .seconds(20) && settings.upstream.startTimeout == .seconds(90))
        #expect(!settings.webhooks.allowHTTP && settings.webhooks.allowedNetworks.isEmpty)
        #expect(settings.webhooks.timeout == .seconds(15))
        #expect(
            settings.webhooks.retrySchedule
                == [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map { .seconds($0) })
        #expect(settings.limits.maxFileBytes == 50 << 20 && settings.limits.maxRequestBytes == 96 << 20)
        let day: Duration = .seconds(86_400)
        #expect(settings.retention.periods == Retention(files: day * 7, sessions: day * 30, undelivered: day * 90))
        #expect(settings.shutdown.timeout == .seconds(10))
        #expect(settings.log.level == .info && settings.log.format == nil)
        #expect(settings.warnings.isEmpty)
    }

    @Test("A flag wins over the environment")
    func precedence() throws {
        let environment = ["MARKSIGN_ACCESS_TOKEN": "t", "HTTP_PORT": "1", "ADMIN_PORT": "2"]
        let settings = try readSettings(flags: ["--http-port", "3"], environment: environment)
        #expect(settings.listeners.port == 3)
        #expect(settings.listeners.admin.port == 2)
    }

    @Test(
        "A bad value stops the start, in one line that names it and where it was",
        arguments: [
            ("MARKSIGN_BASE_URL", "http://api.marksign.eu", "marksign.baseUrl"),
            ("MARKSIGN_BASE_URL", "https://user:pw@api.marksign.eu", "marksign.baseUrl"),
            ("MARKSIGN_BASE_URL", "https://api.marksign.eu?x=1", "marksign.baseUrl"),
            ("MARKSIGN_LOCALE", "de", "marksign.locale"),
            ("HTTP_PORT", "80a", "http.port"),
            ("HTTP_PORT", "65536", "http.port"),
            ("HTTP_PORT", "-1", "http.port"),
            ("HTTP_PORT", "", "http.port"),
            ("HTTP_PORT", " 80", "http.port"),
            ("HTTP_PUBLIC_URL", "example.com", "http.publicUrl"),
            ("STORE_URL", "mysql://localhost/bridge", "store.url"),
            ("STORE_URL", "./bridge.sqlite", "store.url"),
            ("STORE_URL", "sqlite:", "store.url"),
            ("STORE_URL", "sqlite::memory:", "store.url"),
            ("POLL_INTERVAL", "0s", "poll.interval"),
            ("POLL_INTERVAL", "2500", "poll.interval"),
            ("POLL_TIMEOUT", "-5s", "poll.timeout"),
            ("UPSTREAM_MAX_RATE", "0", "upstream.maxRate"),
            ("UPSTREAM_MAX_RATE", "nan", "upstream.maxRate"),
            ("UPSTREAM_MAX_CONCURRENT", "1.5", "upstream.maxConcurrent"),
            ("WEBHOOKS_ALLOW_HTTP", "maybe", "webhooks.allowHttp"),
            ("WEBHOOKS_ALLOWED_NETWORKS", "10.0.0.1/8", "webhooks.allowedNetworks"),
            ("WEBHOOKS_ALLOWED_NETWORKS", "10.0.0.0/8,", "webhooks.allowedNetworks"),
            ("WEBHOOKS_RETRY_SCHEDULE", "5s,soon", "webhooks.retrySchedule"),
            ("LIMITS_MAX_FILE_BYTES", "50MB", "limits.maxFileBytes"),
            ("RETENTION_FILES", "1w", "retention.files"),
            ("LOG_LEVEL", "loud", "log.level"),
            ("LOG_FORMAT", "xml", "log.format"),
        ])
    func badValue(variable: String, value: String, key: String) {
        let lines = problems { () throws(SettingsError) in
            _ = try readSettings(environment: ["MARKSIGN_ACCESS_TOKEN": "t", variable: value])
        }
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("\(key) (\(variable)): \"\(value)\" is not ") == true, "\(lines)")
    }

    @Test("All faults are told at once")
    func allFaults() {
        let lines = problems { () throws(SettingsError) in
            _ = try readSettings(environment: ["HTTP_PORT": "x", "POLL_INTERVAL": "y"])
        }
        #expect(lines.count == 3)
        #expect(lines.contains { $0.hasPrefix("marksign.accessToken is missing") })
    }

    @Test(
        "The value of a secret is never told",
        arguments: [("MARKSIGN_ACCESS_TOKEN", "secret with blanks"), ("STORE_ENCRYPTION_KEY", "secret-that-is-short")])
    func secretsAreNotTold(variable: String, value: String) {
        let lines = problems { () throws(SettingsError) in _ = try readSettings(environment: [variable: value]) }
        #expect(lines.contains { $0.contains(variable) })
        #expect(!lines.contains { $0.contains("secret") })
    }

    @Test("One access token, from one place")
    func twoAccessTokens() {
        let lines = problems { () throws(SettingsError) in
            _ = try readSettings(environment: ["MARKSIGN_ACCESS_TOKEN": "t", "MARKSIGN_ACCESS_TOKEN_FILE": "/x"])
        }
        #expect(lines == ["marksign.accessToken and marksign.accessTokenFile are both set: keep one"])
    }

    @Test("Encryption keys: the first seals, all open; none twice")
    func encryptionKeys() throws {
        let one = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
        let other = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpBQkNERUY="
        let token = ["MARKSIGN_ACCESS_TOKEN": "t"]
        let settings = try readSettings(
            environment: token.merging(["STORE_ENCRYPTION_KEY": "\(one),\(other)"]) { $1 })
        #expect(settings.store.encryptionKeys.map(\.revealed.count) == [32, 32])
        #expect(settings.store.encryptionKeys.first?.revealed.first == UInt8(ascii: "0"))
        #expect("\(settings.store.encryptionKeys)" == "[<redacted>, <redacted>]")
        let lines = problems { () throws(SettingsError) in
            _ = try readSettings(environment: token.merging(["STORE_ENCRYPTION_KEY": "\(one),\(one)"]) { $1 })
        }
        #expect(lines == ["store.encryptionKey holds the same key twice"])
    }

    @Test("A request limit that is too small for the file limit is warned of")
    func requestLimit() throws {
        let settings = try readSettings(flags: ["--limits-max-request-bytes", "1MiB"])
        #expect(settings.warnings.count == 1)
    }

    @Test("Printing the settings shows no secret")
    func dumping() throws {
        let settings = try readSettings(environment: ["MARKSIGN_ACCESS_TOKEN": "very-secret"])
        var text = "\(settings)"
        dump(settings, to: &text)
        #expect(!text.contains("very-secret"))
    }
}
