import BridgeCore
import Logging

extension DeliveryService {
    /// Counts and logs an attempt.
    func tell(_ attempt: Attempt, of work: DeliveryWork, _ decision: RetryPolicy.Decision) {
        metrics.attempted(attempt, decision)
        let error = attempt.result.error
        logger.log(
            level: error == nil || error == .shutdown ? .info : .warning,
            error == nil ? "Delivered" : "An attempt to deliver failed",
            metadata: [
                "delivery.id": "\(work.id)", "endpoint.id": "\(work.endpoint.id)", "event.id": "\(work.eventID)",
                "attempt": "\(attempt.number)",
                "error": "\(error?.rawValue ?? "none")",
                "status": "\(attempt.result.status.map(String.init) ?? "none")",
                "address": "\(attempt.result.address ?? "none")", "duration_ms": "\(attempt.durationMilliseconds)",
                "detail": "\(attempt.result.detail ?? "none")", "next": "\(decision.next)",
            ])
    }

    /// Says that an endpoint was disabled by what its receiver did.
    func tell(_ reason: DisabledReason, of endpoint: Endpoint) {
        metrics.disabled(reason)
        logger.warning(
            "An endpoint was disabled",
            metadata: [
                "endpoint.id": "\(endpoint.id)", "client.id": "\(endpoint.clientID)", "reason": "\(reason.rawValue)",
            ])
    }
}

extension RetryPolicy.Decision {
    /// What follows, for the log.
    fileprivate var next: String {
        switch self {
        case .delivered: "delivered"
        case .retry(let at): at.description
        case .failed: "failed"
        case .gone: "gone"
        }
    }
}
