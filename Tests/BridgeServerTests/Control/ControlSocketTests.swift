import BridgeCore
import BridgeRuntime
import BridgeStore
import CurlHTTP
import Foundation
import Logging
import ServiceLifecycle
import Testing

@testable import BridgeServer

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A store, its administration, and a control server that runs while `body` does.
private func withControlServer(
    _ body: (_ client: ControlClient, _ store: SQLStore, _ path: ControlSocketPath) async throws -> Void
) async throws {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/store.sqlite"
    let store = try SQLStore.open(path: file, logger: quiet)
    let environment = Environment(now: SystemClock().now) { UInt64.random(in: 0 ... .max) }
    let path = try ControlSocketPath(storePath: file)
    let server = ControlServer(
        path: path, administration: Administration(store: store, environment: environment),
        status: { ServiceStatus(processID: 42, store: [.init("sqlite_version", "3")]) }, logger: quiet)
    let http = try HTTPClient(configuration: HTTPClientConfiguration())
    let client = ControlClient(path: path, http: http)
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: quiet))
    try await withThrowingTaskGroup { tasks in
        tasks.addTask { try await group.run() }
        try await untilTrue { (try? await client.status()) != nil }
        try await body(client, store, path)
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
    await http.shutdown()
    await store.close()
    #expect(!FileManager.default.fileExists(atPath: path.text), "the socket is removed")
}

/// Polls a condition for at most 120 seconds: the machine may be busy with other tests.
private func untilTrue(_ condition: () async -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while await !condition() {
        try #require(ContinuousClock.now < deadline)
        try await Task.sleep(for: .milliseconds(5))
    }
}

@Suite("The control socket")
struct ControlSocketTests {
    @Test("What a command does with clients goes through the running service")
    func clients() async throws {
        try await withControlServer { client, store, _ in
            #expect(try await client.list().isEmpty)
            let added = try await client.add(name: "billing š")
            let key = try #require(APIKey(added.apiKey))
            let stored = try #require(try await store.apiKey(key.id))
            #expect(key.matches(stored.digest) && stored.clientID == added.id && stored.expiresAt == nil)
            #expect(try await client.list().map(\.name) == ["billing š"])

            let rotated = try await client.rotateKey(of: added.id, overlap: .seconds(3600))
            let newKey = try #require(APIKey(rotated.apiKey))
            #expect(newKey.id != key.id)
            #expect(try await store.apiKey(newKey.id)?.expiresAt == nil)
            #expect(try await store.apiKey(key.id)?.expiresAt == rotated.oldKeysUntil)

            try await client.remove(added.id)
            #expect(try await store.apiKey(newKey.id) == nil)
            #expect(try await client.list().first?.removedAt != nil)
            await #expect(throws: AdministrationError.noSuchClient(added.id)) { try await client.remove(added.id) }
            await #expect(throws: AdministrationError.noSuchClient(added.id)) {
                try await client.rotateKey(of: added.id, overlap: .zero)
            }
        }
    }

    @Test("The status tells the version and the facts of the store")
    func status() async throws {
        try await withControlServer { client, _, _ in
            let expected = ServiceStatus(
                version: BridgeVersion.current, processID: 42, store: [.init("sqlite_version", "3")])
            let status = try await client.status()
            #expect(status == expected)
        }
    }

    @Test("The socket is the owner's alone")
    func mode() async throws {
        try await withControlServer { _, _, path in
            let mode = try FileManager.default.attributesOfItem(atPath: path.text)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test(
        "A name that is none is refused",
        arguments: ["", " a", "a ", "a\nb", "a\u{202E}b", String(repeating: "a", count: 101)])
    func badNames(name: String) async throws {
        try await withControlServer { client, _, _ in
            await #expect(throws: AdministrationError.invalid("a client's name is \(ClientName.expected)")) {
                try await client.add(name: name)
            }
        }
    }

    @Test("An overlap out of bounds is refused")
    func badOverlap() async throws {
        try await withControlServer { client, _, _ in
            let added = try await client.add(name: "a")
            await #expect(throws: AdministrationError.invalid("the overlap is not a duration from 0s to 30d")) {
                try await client.rotateKey(of: added.id, overlap: .seconds(31 * 86_400))
            }
        }
    }

    @Test("A socket that a dead process left is replaced, anything else is left alone")
    func leftovers() async throws {
        let folder = try TemporaryFolder()
        let path = try ControlSocketPath(storePath: "\(folder.path)/s")
        try folder.write("s.sock", "precious")
        let environment = Environment(now: SystemClock().now) { 1 }
        let store = try SQLStore.open(path: "\(folder.path)/s", logger: quiet)
        let server = ControlServer(
            path: path, administration: Administration(store: store, environment: environment),
            status: { ServiceStatus(processID: 1, store: []) }, logger: quiet)
        await #expect(throws: ControlSocketError.self) { try await server.run() }
        #expect(try String(contentsOfFile: path.text, encoding: .utf8) == "precious")
        await store.close()
    }

    @Test("A path that is too long for a socket is told in one line")
    func longPath() throws {
        #expect(try ControlSocketPath(storePath: String(repeating: "a", count: 102)).text.utf8.count == 107)
        let lines = problems { () throws(SettingsError) in
            _ = try ControlSocketPath(storePath: String(repeating: "a", count: 103))
        }
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("store.url: the control socket ") == true)
    }

    @Test("A command opens the store itself when nobody has it, and asks the service otherwise")
    func access() async throws {
        try await withControlServer { _, store, path in
            let settings = try SettingsReader.read(
                Settings.Store.self,
                from: try SettingsSources(
                    environment: ["STORE_URL": "sqlite:\(path.text.dropLast(".sock".count))"],
                    secretsFolder: "/nonexistent"))
            let id = try await StoreAccess.with(settings, create: true, logger: quiet) { access in
                guard case .service = access else { throw AdministrationError.unavailable("not through the service") }
                return try await access.administration.add(name: "a").id
            }
            #expect(try await store.clients().map(\.id) == [id])
        }
        let folder = try TemporaryFolder()
        let settings = try SettingsReader.read(
            Settings.Store.self,
            from: try SettingsSources(
                environment: ["STORE_URL": "sqlite:\(folder.path)/new"], secretsFolder: "/nonexistent"))
        let name = try await StoreAccess.with(settings, create: true, logger: quiet) { access in
            guard case .own = access else { throw AdministrationError.unavailable("not its own") }
            return try await access.administration.add(name: "b").name
        }
        #expect(name == "b")
    }

    @Test("What only reads makes no store at a mistyped path", arguments: [nil, "s"])
    func noStore(emptyFile: String?) async throws {
        let folder = try TemporaryFolder()
        if let emptyFile { try folder.write(emptyFile, "") }
        let settings = try SettingsReader.read(
            Settings.Store.self,
            from: try SettingsSources(
                environment: ["STORE_URL": "sqlite:\(folder.path)/s"], secretsFolder: "/nonexistent"))
        let error = await #expect(throws: StoreOpenError.self) {
            try await StoreAccess.with(settings, create: false, logger: quiet) { try await $0.administration.list() }
        }
        #expect(error?.description == "there is no store at \(folder.path)/s")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == (emptyFile.map { [$0] } ?? []))
    }

    @Test("A lock without a service behind it is told")
    func lockedWithoutService() async throws {
        let folder = try TemporaryFolder()
        try await SQLStore.open(path: "\(folder.path)/s", logger: quiet).close()
        let lock = try StoreLock(store: "\(folder.path)/s")
        let settings = try SettingsReader.read(
            Settings.Store.self,
            from: try SettingsSources(
                environment: ["STORE_URL": "sqlite:\(folder.path)/s"], secretsFolder: "/nonexistent"))
        await #expect(throws: AdministrationError.self) {
            try await StoreAccess.with(settings, create: false, logger: quiet) { try await $0.administration.list() }
        }
        lock.release()
    }
}
