import BridgeCore
import BridgeServer
import CurlHTTP
import Logging
import MarksignSandbox
import ServiceLifecycle
import UnixSignals

/// The three parts of the demo, running in this process on free ports.
struct DemoStage: Sendable {
    let folder: String
    let signingTime: Duration

    /// What runs, once it does.
    struct Running: Sendable {
        let sandboxPort: Int
        let ports: Bridge.Ports
        let receiver: DemoReceiver
        let receiverPort: Int
        let apiKey: String
        let steps: AsyncStream<SandboxEvent>
    }

    /// Runs all three while `body` does, and stops them gracefully after it.
    func with(http: HTTPClient, _ body: @escaping @Sendable (Running) async throws -> Void) async throws {
        let (steps, told) = AsyncStream.makeStream(of: SandboxEvent.self)
        let sandboxPort = Promise<Int>()
        let receiverPort = Promise<Int>()
        let bridgePorts = Promise<Bridge.Ports>()
        let receiver = DemoReceiver(onRunning: { receiverPort.fulfil($0) })
        let sandbox = Sandbox(
            configuration: SandboxConfiguration(signingTime: signingTime), logger: .quiet("sandbox"),
            onEvent: { told.yield($0) }, onRunning: { sandboxPort.fulfil($0) })
        let bridge = ClosureService { [self] in
            let settings = try settings(sandboxPort: await sandboxPort.value, receiverPort: await receiverPort.value)
            // That Marksign is not there, the demo says itself.
            try await Bridge(settings: settings, logger: .quiet("bridge", from: .error)).run { bridgePorts.fulfil($0) }
        }
        let story = ClosureService { [self] in
            let ports = try await bridgePorts.value
            let client = try await ControlClient(path: ControlSocketPath(storePath: storePath), http: http)
                .add(name: "demo")
            try await body(
                Running(
                    sandboxPort: try await sandboxPort.value, ports: ports, receiver: receiver,
                    receiverPort: try await receiverPort.value, apiKey: client.apiKey, steps: steps))
        }
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: sandbox), .init(service: receiver), .init(service: bridge),
                    .init(
                        service: story, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: .quiet("demo"))
        ).run()
    }

    private var storePath: String { "\(folder)/demo.sqlite" }

    private func settings(sandboxPort: Int, receiverPort: Int) throws(SettingsError) -> Settings {
        // The same names as in any environment: what the demo does, anybody can.
        let environment = [
            "MARKSIGN_BASE_URL": "http://127.0.0.1:\(sandboxPort)",
            "MARKSIGN_ACCESS_TOKEN": "demo-access-token",
            "HTTP_PORT": "0",
            "ADMIN_PORT": "0",
            "STORE_URL": "sqlite:\(storePath)",
            "WEBHOOKS_ALLOW_HTTP": "true",
            "WEBHOOKS_ALLOWED_NETWORKS": "127.0.0.1/32:\(receiverPort)",
            "POLL_FIRST_DELAY": "1s",
            "POLL_INTERVAL": "1s",
        ]
        return try SettingsReader.read(
            Settings.self, from: SettingsSources(environment: environment, secretsFolder: "\(folder)/no-secrets"))
    }
}
