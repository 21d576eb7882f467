import BridgeCore
import BridgeRuntime
import BridgeStore
import CurlHTTP
import Glibc
import Hummingbird
import Logging
import Marksign
import ServiceLifecycle
import UnixSignals

/// The whole service, put together. This is the one place where the parts meet.
public struct Bridge: Sendable {
    /// What the service listens on, once it does.
    public struct Ports: Sendable, Equatable {
        /// Of the API.
        public let api: Int
        /// Of health and metrics.
        public let admin: Int
    }

    private let settings: Settings
    private let logger: Logger
    private let store: SQLStore
    private let upstreamHTTP: HTTPClient
    private let webhookHTTP: HTTPClient
    private let sessions: SessionService
    private let deliveries: DeliveryService
    private let instances: InstanceService
    private let janitor: Janitor
    /// None where the commands reach the store without the service.
    private let control: ControlServer?
    private let readiness: Readiness
    private let api: APIResponder
    private let metrics: BridgeMetrics

    /// Opens the store and puts the service together; nothing runs yet.
    ///
    /// - Throws: A `StoreOpenError`, a ``SettingsError``, a ``ListenError`` or another error whose description is one
    ///   clear line.
    public init(settings: Settings, logger: Logger) async throws {
        self.settings = settings
        self.logger = logger
        let environment = Environment.system
        let registry = MetricsRegistry()
        let alarms = Alarms(logger: logger)
        let token = try AccessTokenSource(
            settings.marksign.accessToken, logger: logger, now: { environment.now().tick })
        let controlPath = try settings.store.location.controlSocket
        // Before a store is made, and sessions are taken over, by a service that nobody could reach.
        try ListenAddress.check(settings.listeners.address, settings.listeners.admin.address)
        store = try await settings.store.open(
            logger: logger,
            onUnreadable: { alarms.raise(.unreadableRow, ["row": "\($0)", "reason": "\($1)"]) })
        // Two clients: what happens to receivers' connections never touches those to Marksign.
        upstreamHTTP = try HTTPClient(configuration: .upstream(settings))
        webhookHTTP = try HTTPClient(configuration: .webhooks)
        let delivery = DeliverySettings(settings)
        deliveries = DeliveryService(
            store: store, http: webhookHTTP, settings: delivery, environment: environment, alarms: alarms,
            metrics: registry, logger: logger)
        sessions = SessionService(
            store: store, http: upstreamHTTP, accessToken: { token.current }, upstream: UpstreamSettings(settings),
            settings: SessionSettings(settings),
            answers: SessionAnswers(publicURL: settings.listeners.publicURL?.description), deliveries: deliveries,
            environment: environment, alarms: alarms, metrics: registry, logger: logger)
        instances = InstanceService(
            store: store, name: Self.processName, maxRate: settings.upstream.maxRate, sessions: sessions,
            deliveries: deliveries, environment: environment, alarms: alarms, metrics: registry, logger: logger)
        janitor = Janitor(
            store: store, retention: settings.retention.periods, environment: environment, metrics: registry,
            logger: logger)
        readiness = Readiness(
            store: store, instances: instances, sessions: sessions, deliveries: deliveries)
        metrics = BridgeMetrics(
            registry, store: store, instances: instances, sessions: sessions, deliveries: deliveries, alarms: alarms,
            environment: environment)
        control = controlPath.map { [store] path in
            ControlServer(
                path: path, administration: Administration(store: store, environment: environment),
                status: {
                    ServiceStatus(
                        processID: getpid(), store: (try? await store.facts()).map(ServiceStatus.facts) ?? [])
                },
                logger: logger)
        }
        api = APIResponder(
            APIDependencies(
                store: store, sessions: sessions, wake: { [deliveries] in deliveries.wake($0) },
                recover: { [deliveries] in deliveries.catchUp() },
                endpointChanged: { [deliveries] in deliveries.endpointChanged($0) },
                environment: environment, publicURL: settings.listeners.publicURL?.description,
                limits: APILimits(
                    maximumFileBytes: settings.limits.maxFileBytes,
                    maximumRequestBytes: settings.limits.maxRequestBytes),
                addressFault: { delivery.rules.fault(of: $0) }, isReady: { [readiness] in readiness.hasStarted },
                openAPI: OpenAPIDocument.bytes, onRequest: metrics.onRequest),
            logger: logger)
    }

    /// Runs until SIGTERM or SIGINT, or until a part fails.
    ///
    /// - Parameter onRunning: Called once, when the API, the admin listener and the control socket answer.
    public func run(onRunning: @escaping @Sendable (Ports) async -> Void = { _ in }) async throws {
        let (apiAddress, adminAddress) = (settings.listeners.address, settings.listeners.admin.address)
        let announcement = Announcement { [logger] ports in
            logger.notice(
                "Listening",
                metadata: [
                    "api": "\(apiAddress.text(port: ports.api))", "admin": "\(adminAddress.text(port: ports.admin))",
                ])
            await onRunning(ports)
        }
        let files = OpenFiles.raised()
        let admin = Application(
            responder: AdminResponder(isReady: { [readiness] in await readiness.check() }, metrics: metrics.text),
            server: .guardedHTTP1(),
            configuration: ApplicationConfiguration(
                address: .hostname(adminAddress.host, port: adminAddress.port), serverName: "marksign-bridge",
                availableConnectionsDelegate: .maximum(files.adminConnections, logger: logger.quiet)),
            onServerRunning: { await announcement.admin($0.localAddress?.port ?? 0) }, logger: logger.quiet)
        let server = Application(
            responder: api, server: .guardedHTTP1(),
            configuration: ApplicationConfiguration(
                address: .hostname(apiAddress.host, port: apiAddress.port), serverName: "marksign-bridge",
                availableConnectionsDelegate: .maximum(files.apiConnections, logger: logger.quiet)),
            onServerRunning: { await announcement.api($0.localAddress?.port ?? 0) }, logger: logger.quiet)
        var control = control
        control?.onRunning = { await announcement.control() }
        if control == nil { await announcement.control() }
        // They are told to stop from the last to the first: the doorman closes the doors, the API finishes what it
        // has, the loops end, what they owned is given up; health is told until the end.
        let services: [(any Service)?] = [
            Listener(address: adminAddress, server: admin), control, janitor, instances, deliveries, sessions,
            Listener(address: apiAddress, server: server),
            Doorman(
                readiness: readiness, sessions: sessions, deliveries: deliveries, instances: instances,
                timeout: settings.shutdown.timeout, logger: logger),
        ]
        var configuration = ServiceGroupConfiguration(
            services: services.compactMap { $0.map { .init(service: $0) } },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger.quiet)
        configuration.maximumGracefulShutdownDuration = settings.shutdown.timeout
        configuration.maximumCancellationDuration = .seconds(5)
        let result: Result<Void, any Error>
        do {
            try await ServiceGroup(configuration: configuration).run()
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await upstreamHTTP.shutdown()
        await webhookHTTP.shutdown()
        await store.close()
        logger.notice("Stopped")
        try result.get()
    }

    /// What an operator knows this process by.
    private static var processName: String {
        var name = [CChar](repeating: 0, count: 256)
        let isKnown = gethostname(&name, name.count - 1) == 0
        let host = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return "\(isKnown ? String(decoding: host, as: UTF8.self) : "localhost"):\(getpid())"
    }
}
