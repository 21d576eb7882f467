import BridgeServer
import CurlHTTP
import Logging
import Marksign
import MarksignSandbox
import ServiceLifecycle
import Testing

@Suite("Asking Marksign whether the access token is good")
struct UpstreamProbeTests {
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func probe(port: Int, token: String) async throws -> UpstreamProbe.Finding {
        let sources = try SettingsSources(
            environment: ["MARKSIGN_BASE_URL": "http://127.0.0.1:\(port)", "MARKSIGN_ACCESS_TOKEN": token],
            secretsFolder: "/nonexistent")
        let settings = try SettingsReader.read(Settings.self, from: sources)
        let http = try HTTPClient(configuration: HTTPClientConfiguration())
        let finding = await UpstreamProbe(settings: settings, http: http).run(
            accessToken: try #require(AccessToken(token)))
        await http.shutdown()
        return finding
    }

    @Test("A good token, a bad one, and nobody there")
    func findings() async throws {
        let (ports, running) = AsyncStream.makeStream(of: Int.self)
        let sandbox = Sandbox(
            configuration: SandboxConfiguration(accessToken: "right"), logger: quiet, onRunning: { running.yield($0) })
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [sandbox], logger: quiet))
        let port = try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await ports.first { _ in true })
            #expect(try await probe(port: port, token: "right") == .good(sandbox: true))
            #expect(try await probe(port: port, token: "wrong") == .refused(upstreamCode: 40003))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return port
        }
        guard case .unclear(let reason) = try await probe(port: port, token: "right") else {
            Issue.record("nobody answers there")
            return
        }
        #expect(reason.hasPrefix("no answer: "))
    }
}
