import BridgeCore

/// What is counted of deliveries.
struct DeliveryMetrics: Sendable {
    private let attempts: Counter
    private let duration: Histogram
    private let ended: Counter
    private let disabled: Counter

    init(_ registry: MetricsRegistry) {
        attempts = registry.counter(
            "marksign_bridge_delivery_attempts_total", help: "Attempts to deliver, by error (`none` is success).",
            labels: ["error"])
        duration = registry.histogram(
            "marksign_bridge_delivery_attempt_duration_seconds", help: "How long attempts to deliver took.",
            buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30])
        ended = registry.counter(
            "marksign_bridge_deliveries_ended_total", help: "Deliveries that ended, by outcome.", labels: ["outcome"])
        disabled = registry.counter(
            "marksign_bridge_endpoints_disabled_total",
            help: "Endpoints that were disabled by what their receivers did, by reason.", labels: ["reason"])
    }

    func disabled(_ reason: DisabledReason) {
        disabled.increment([reason.rawValue])
    }

    func attempted(_ attempt: Attempt, _ decision: RetryPolicy.Decision) {
        attempts.increment([attempt.result.error?.rawValue ?? "none"])
        duration.observe(Double(attempt.durationMilliseconds) / 1000)
        switch decision {
        case .delivered: ended.increment(["delivered"])
        case .failed, .gone: ended.increment(["failed"])
        case .retry: break
        }
    }
}
