import BridgeRuntime
import Logging
import ServiceLifecycle

/// Is told of the shutdown first, and closes the doors: not ready any more, callers that wait are answered, attempts
/// to deliver are cut, nothing new is started, and what idles is given up.
struct Doorman: Service {
    let readiness: Readiness
    let sessions: SessionService
    let deliveries: DeliveryService
    let instances: InstanceService
    /// Within which the process is gone.
    let timeout: Duration
    let logger: Logger

    func run() async throws {
        try? await gracefulShutdown()
        guard !Task.isCancelled else { return }
        logger.notice("Shutting down")
        readiness.close()
        deliveries.beginShutdown()
        sessions.beginShutdown()
        // After them: it gives up what they have no more.
        instances.beginShutdown(within: timeout)
    }
}
