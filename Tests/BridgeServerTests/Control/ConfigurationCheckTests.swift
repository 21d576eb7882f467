import BridgeServer
import BridgeStore
import Foundation
import Logging
import Testing

@Suite("Checking the configuration")
struct ConfigurationCheckTests {
    private func check(_ environment: [String: String]) async throws -> [ConfigurationCheck.Item] {
        let sources = try SettingsSources(environment: environment, secretsFolder: "/nonexistent")
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return await ConfigurationCheck(sources: sources, logger: quiet).run()
    }

    @Test("Wrong settings are all told, and nothing else is tried")
    func wrongSettings() async throws {
        let items = try await check(["HTTP_PORT": "x", "MARKSIGN_LOCALE": "de"])
        #expect(items.map(\.name) == ["settings"])
        #expect(items.first?.isGood == false)
        #expect(items.first?.text.split(separator: "\n").count == 3)
    }

    @Test("Each of the store and Marksign is told of by itself, and no secret is shown")
    func parts() async throws {
        let folder = try TemporaryFolder()
        // Port 9 of this machine: nobody listens there.
        let environment = [
            "MARKSIGN_BASE_URL": "http://127.0.0.1:9", "MARKSIGN_ACCESS_TOKEN": "very-secret",
            "STORE_URL": "sqlite:\(folder.path)/s",
        ]
        let items = try await check(environment)
        #expect(items.map(\.name) == ["settings", "store", "marksign"])
        #expect(items.map(\.isGood) == [true, true, false])
        #expect(!items.contains { $0.text.contains("very-secret") })
        #expect(items[1].text == "there is none yet, serve makes it: \(folder.path)/s")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)

        try await SQLStore.open(path: "\(folder.path)/s").close()
        #expect(try await check(environment)[1].text.hasPrefix("path \(folder.path)/s, sqlite_version 3."))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["s", "s.lock"])

        let broken = try await check(environment.merging(["STORE_URL": "sqlite:/nonexistent/s"]) { $1 })
        #expect(broken.map(\.isGood) == [true, false, false])
    }
}
