import BridgeRuntime
import Logging
import ServiceLifecycle

/// Is told of the shutdown first, and closes the doors: not ready any more, callers that wait are answered, attempts
/// to deliver are cut, nothing new is started.
struct Doorman: Service {
    let readiness: Readiness
    let sessions: SessionService
    let deliveries: DeliveryService
    let logger: Logger

    func run() async throws {
        try? await gracefulShutdown()
        guard !Task.isCancelled else { return }
        logger.notice("Shutting down")
        readiness.close()
        deliveries.beginShutdown()
        sessions.beginShutdown()
    }
}
