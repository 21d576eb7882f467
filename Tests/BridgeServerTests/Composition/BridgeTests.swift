import CurlHTTP
import Foundation
import Logging
import MarksignSandbox
import ServiceLifecycle
import Testing

@testable import BridgeServer

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

@Suite("The whole service")
struct BridgeTests {
    private func settings(_ folder: TemporaryFolder, _ changes: [String: String] = [:]) throws -> Settings {
        let environment = [
            "MARKSIGN_BASE_URL": "http://127.0.0.1:9", "MARKSIGN_ACCESS_TOKEN": "token", "HTTP_PORT": "0",
            "ADMIN_PORT": "0", "STORE_URL": "sqlite:\(folder.path)/s",
        ]
        return try SettingsReader.read(
            Settings.self,
            from: SettingsSources(environment: environment.merging(changes) { $1 }, secretsFolder: "/nonexistent"))
    }

    @Test("An address that is taken stops the start before there is a store", arguments: ["http", "admin"])
    func takenBefore(group: String) async throws {
        let folder = try TemporaryFolder()
        let taken = try TakenPort()
        let settings = try settings(
            folder, ["\(group.uppercased())_HOST": TakenPort.host, "\(group.uppercased())_PORT": "\(taken.number)"])
        let line = "\(group).port (\(group.uppercased())_PORT): \(TakenPort.host):\(taken.number) is in use already"
        await #expect(throws: ListenError(description: line)) { try await Bridge(settings: settings, logger: quiet) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("An address that is taken in the last moment is told the same way", arguments: ["http", "admin"])
    func takenAfter(group: String) async throws {
        let folder = try TemporaryFolder()
        let taken = try TakenPort(listening: false)
        let settings = try settings(
            folder, ["\(group.uppercased())_HOST": TakenPort.host, "\(group.uppercased())_PORT": "\(taken.number)"])
        let bridge = try await Bridge(settings: settings, logger: quiet)
        try taken.listen()
        let line = "\(group).port (\(group.uppercased())_PORT): \(TakenPort.host):\(taken.number) is in use already"
        await #expect(throws: ListenError(description: line)) { try await bridge.run() }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["s", "s.lock"])
    }

    @Test("It tells where it listens once commands get through, and that the sandbox stands in Marksign's place")
    func announcements() async throws {
        let folder = try TemporaryFolder()
        let (sandboxPorts, sandboxRuns) = AsyncStream.makeStream(of: Int.self)
        let (ports, runs) = AsyncStream.makeStream(of: Bridge.Ports.self)
        let sandbox = Sandbox(
            configuration: SandboxConfiguration(), logger: quiet, onRunning: { sandboxRuns.yield($0) })
        let log = RecordingLog()
        let http = try HTTPClient(configuration: HTTPClientConfiguration())
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    sandbox,
                    BridgeService {
                        let port = try #require(await sandboxPorts.first { _ in true })
                        let settings = try settings(folder, ["MARKSIGN_BASE_URL": "http://127.0.0.1:\(port)"])
                        try await Bridge(settings: settings, logger: log.logger).run { runs.yield($0) }
                    },
                ], logger: quiet))
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let ports = try #require(await ports.first { _ in true })
            let client = try await ControlClient(path: ControlSocketPath(storePath: "\(folder.path)/s"), http: http)
                .add(name: "test")
            #expect(ports.api != 0 && ports.admin != 0 && ports.api != ports.admin)
            let listening = "notice Listening admin=127.0.0.1:\(ports.admin) api=127.0.0.1:\(ports.api)"
            #expect(log.lines.filter { $0 == listening }.count == 1)
            let watch = HTTPClientRequest(
                method: "POST", url: "http://127.0.0.1:\(ports.api)/v1/sessions",
                headers: [("Authorization", "Bearer \(client.apiKey)"), ("Content-Type", "application/json")],
                body: Array(#"{"kind":"hash","method":"smart-id","token":"no-such-token"}"#.utf8))
            var status = 503
            // It is not ready before it has taken over what is open.
            while status == 503 { status = try await http.execute(watch).status }
            #expect(status == 201)
            try await log.holds("warning This is the sandbox, not Marksign")
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await http.shutdown()
        #expect(log.lines.last?.hasPrefix("notice Stopped") == true)
    }

    @Test("Nothing that the budget lets through waits in the client", arguments: [1, 64, 256, 257, 1024])
    func transfers(maximum: Int) throws {
        let settings = try settings(try TemporaryFolder(), ["UPSTREAM_MAX_CONCURRENT": "\(maximum)"])
        let configuration = HTTPClientConfiguration.upstream(settings)
        #expect(configuration.transfersPerEngine >= maximum)
        #expect(configuration.maxConnections >= maximum)
    }
}

/// Runs a closure as a service.
private struct BridgeService: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws {
        try await body()
    }
}

extension RecordingLog {
    /// Waits for a line with that beginning, at most 30 seconds.
    fileprivate func holds(_ beginning: String) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while !lines.contains(where: { $0.hasPrefix(beginning) }) {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
