import Hummingbird
import Logging
import ServiceLifecycle

/// A stand-in for Marksign's Smart-ID signing paths, for demos and tests: whoever "signs" here binds nobody.
///
/// The personal code of the signer decides the outcome; the page `/` lists the codes. Every answer carries the header
/// `x-marksign-sandbox: 1`.
public struct Sandbox: Service {
    private let configuration: SandboxConfiguration
    private let logger: Logger
    private let onRunning: @Sendable (_ port: Int) async -> Void
    private let api: SandboxAPI

    /// A sandbox that listens once ``run()`` is called.
    ///
    /// - Parameters:
    ///   - configuration: How it behaves.
    ///   - logger: Told when it starts and stops.
    ///   - onEvent: Told each step of each session, in the thread that answers the request: it must not block.
    ///   - onRunning: Called once with the port when requests are accepted.
    public init(
        configuration: SandboxConfiguration,
        logger: Logger,
        onEvent: (@Sendable (SandboxEvent) -> Void)? = nil,
        onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.onRunning = onRunning
        api = SandboxAPI(configuration, onEvent: onEvent)
    }

    /// The public half of the key that makes the hash signatures, also served as `/public-key.pem`. It is another one
    /// for every sandbox.
    public var publicKeyPEM: String { api.key.publicKeyPEM }

    /// Serves until graceful shutdown or cancellation.
    ///
    /// - Throws: When the address cannot be listened on.
    public func run() async throws {
        let application = Application(
            router: SandboxRoutes(api: api, configuration: configuration).router,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: "marksign-sandbox"),
            onServerRunning: { [onRunning] in await onRunning($0.localAddress?.port ?? 0) },
            logger: logger)
        try await application.run()
    }
}
