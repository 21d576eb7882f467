import Foundation
import Testing

@testable import BridgeServer

/// A folder that is removed with this value.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let template = "/tmp/bridge-test-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: template, withIntermediateDirectories: false)
        path = template
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: file))
        return file
    }
}

@Suite("Files of settings")
struct ConfigFileTests {
    private func read(_ name: String, _ text: String) throws -> [String: String] {
        let folder = try TemporaryFolder()
        let values = try ConfigFile.read(try folder.write(name, text))
        return Dictionary(uniqueKeysWithValues: values.map { ($0.name, $1) })
    }

    @Test(
        "JSON and YAML, nested or not, with numbers, booleans and lists as they are written",
        arguments: [
            (
                "a.json",
                #"{"http":{"port":9000,"host":"h"},"webhooks.allowHttp":true,"webhooks":{"retrySchedule":["1s","2s"]}}"#
            ),
            ("a.yaml", "http: {port: 9000, host: h}\nwebhooks.allowHttp: true\nwebhooks:\n  retrySchedule: [1s, 2s]\n"),
            (
                "a.yml",
                "# comment\nhttp:\n  port: \"9000\"\n  host: h\nwebhooks:\n  allowHttp: true\n  retrySchedule:\n  - 1s\n  - 2s\n"
            ),
        ])
    func forms(name: String, text: String) throws {
        #expect(
            try read(name, text)
                == [
                    "http.port": "9000", "http.host": "h", "webhooks.allowHttp": "true",
                    "webhooks.retrySchedule": "1s,2s",
                ])
    }

    @Test(
        "What is wrong is told in one line",
        arguments: [
            ("a.json", #"{"http":{"prot":1}}"#, "unknown setting \"http.prot\"; did you mean http.port?"),
            ("a.yaml", "http:\n  prot: 1\n", "unknown setting \"http.prot\"; did you mean http.port?"),
            ("a.json", #"{"http":{"port":1},"http.port":2}"#, "http.port is set twice"),
            ("a.json", #"{"http":{"port":null}}"#, "http.port is neither a text nor"),
            ("a.yaml", "http:\n  port:\n", "http.port is neither a text nor"),
            ("a.json", "[]", "is not a JSON object"),
            ("a.json", "{", "is not JSON"),
            ("a.yaml", "- a\n", "is not a YAML mapping"),
            ("a.yaml", "a: [\n", "is not YAML"),
            ("a.yaml", "http: {port: 1, port: 2}", "is not YAML: a key is written twice"),
            ("a.toml", "", "its name has to end in .json, .yaml or .yml"),
        ])
    func faults(name: String, text: String, part: String) {
        let lines = problems { () throws(SettingsError) in
            do {
                _ = try read(name, text)
            } catch let error as SettingsError {
                throw error
            } catch {
                Issue.record(error)
            }
        }
        #expect(lines.count == 1)
        #expect(lines.first?.contains(part) == true, "\(lines)")
    }

    @Test("A fault does not show the file's secrets", arguments: ["{\"marksign\":{\"accessToken\":\"hush", "{\"hush"])
    func faultsHideContents(text: String) {
        for name in ["a.json", "a.yaml"] {
            #expect(throws: SettingsError.self) { try read(name, text) }
            do { _ = try read(name, text) } catch { #expect(!"\(error)".contains("hush")) }
        }
    }

    @Test("A missing file is told")
    func missing() {
        let lines = problems { () throws(SettingsError) in _ = try ConfigFile.read("/nonexistent/a.json") }
        #expect(lines == ["--config /nonexistent/a.json: cannot be read: No such file or directory"])
    }

    @Test("Files of secrets: links are followed, blanks around the value do not count, other files are not read")
    func secrets() throws {
        let folder = try TemporaryFolder()
        try folder.write("target", "token\n")
        try folder.write("http-port", " 7 \n")
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/marksign-access-token", withDestinationPath: "target")
        let values = try SecretFiles.read(in: folder.path)
        #expect(
            Dictionary(uniqueKeysWithValues: values.map { ($0.name, $1) })
                == ["marksign.accessToken": "token", "http.port": "7"])
    }

    @Test("A file of secrets that is there and cannot be read is a fault")
    func unreadableSecret() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/marksign-access-token", withIntermediateDirectories: false)
        let lines = problems { () throws(SettingsError) in _ = try SecretFiles.read(in: folder.path) }
        #expect(lines == ["marksign.accessToken (\(folder.path)/marksign-access-token): is not a regular file"])
    }

    @Test("The order of the sources: flag, environment, file of secrets, configuration file, default")
    func order() throws {
        let folder = try TemporaryFolder()
        let config = try folder.write(
            "c.json",
            #"{"http":{"host":"config","port":4},"admin":{"host":"config"},"log":{"level":"debug"},"store":{"url":"sqlite:c"}}"#
        )
        try folder.write("http-port", "3")
        try folder.write("http-host", "secrets")
        try folder.write("admin-host", "secrets")
        let sources = try SettingsSources(
            flags: try SettingFlags(["--http-host=flag", "--config=\(config)"], reading: Settings.keys),
            environment: ["HTTP_HOST": "environment", "ADMIN_HOST": "environment"], secretsFolder: folder.path)
        let effective = sources.effective(Settings.keys).map { "\($0.key.name)=\($0.text) \($0.origin)" }
        #expect(effective.contains("http.host=flag --http-host"))
        #expect(effective.contains("admin.host=environment ADMIN_HOST"))
        #expect(effective.contains("http.port=3 \(folder.path)/http-port"))
        #expect(effective.contains("log.level=debug \(config), log.level"))
        #expect(effective.contains("admin.port=8081 default"))
    }
}
