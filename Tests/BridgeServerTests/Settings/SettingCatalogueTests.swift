import Foundation
import Testing

@testable import BridgeServer

@Suite("The catalogue of settings")
struct SettingCatalogueTests {
    @Test(
        "The spellings of a name",
        arguments: [
            ("marksign.baseUrl", "--marksign-base-url", "MARKSIGN_BASE_URL", "marksign-base-url"),
            ("limits.maxFileBytes", "--limits-max-file-bytes", "LIMITS_MAX_FILE_BYTES", "limits-max-file-bytes"),
            ("http.port", "--http-port", "HTTP_PORT", "http-port"),
        ])
    func spellings(name: String, flag: String, variable: String, file: String) throws {
        let key = try #require(SettingCatalogue.key(named: name))
        #expect(key.flag == flag)
        #expect(key.environmentName == variable)
        #expect(key.secretFileName == file)
    }

    @Test("No two settings share a name, a flag or a variable")
    func unique() {
        let all = SettingCatalogue.all
        #expect(Set(all.map(\.name)).count == all.count)
        #expect(Set(all.map(\.flag)).count == all.count)
        #expect(Set(all.map(\.environmentName)).count == all.count)
    }

    @Test("Each setting is found under its own variable", arguments: SettingCatalogue.all)
    func environment(key: SettingKey) throws {
        let sources = try SettingsSources(environment: [key.environmentName: "x"], secretsFolder: "/nonexistent")
        let found = try #require(sources.effective([key]).first)
        #expect(found.origin == key.environmentName)
        #expect(found.text == (key.isSecret ? "<redacted>" : "x"))
    }

    @Test("The secrets are the access token and the encryption keys")
    func secrets() {
        #expect(SettingCatalogue.all.filter(\.isSecret).map(\.name) == ["marksign.accessToken", "store.encryptionKey"])
    }

    @Test("The help names every setting of its command")
    func help() {
        let text = SettingsReference.help(Settings.keys)
        for key in Settings.keys {
            #expect(text.contains(key.environmentName))
            #expect(text.contains("\(key.flag)\n") == !key.isSecret)
        }
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test("The README has the table of settings, word for word")
    func readme() throws {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        #expect(readme.contains(SettingsReference.markdownTable))
    }

    @Test(
        "A near match is what was meant",
        arguments: [
            ("http.prot", "http.port"), ("marksign.baseURL", "marksign.baseUrl"), ("zzzzzzzz", nil), ("", nil),
        ] as [(String, String?)])
    func nearMatch(text: String, expected: String?) {
        #expect(nearest(to: text, in: SettingCatalogue.all.map(\.name)) == expected)
    }
}
