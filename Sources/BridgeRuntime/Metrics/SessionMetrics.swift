import BridgeCore
import Marksign

/// What is counted of sessions and of the way to Marksign.
struct SessionMetrics: Sendable {
    /// What was sent.
    enum Operation: String {
        case start, status, remove
    }

    private let polls: Counter
    private let latency: Histogram
    private let finals: Counter

    init(_ registry: MetricsRegistry) {
        polls = registry.counter(
            "marksign_bridge_polls_total", help: "Answers to polls, by what they said.", labels: ["outcome"])
        latency = registry.histogram(
            "marksign_bridge_upstream_request_duration_seconds", help: "How long requests to Marksign took.",
            buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60], labels: ["operation"])
        finals = registry.counter(
            "marksign_bridge_sessions_ended_total", help: "Sessions that ended, by status and error code.",
            labels: ["status", "code"])
    }

    func polled(_ reply: PollReply, took: Duration) {
        polls.increment([reply.label])
        sent(.status, took: took)
    }

    func sent(_ operation: Operation, took: Duration) {
        latency.observe(took.inSeconds, [operation.rawValue])
    }

    func ended(_ outcome: Outcome) {
        finals.increment([outcome.status.rawValue, outcome.error?.code.rawValue ?? "none"])
    }
}

extension PollReply {
    /// What the answer said, as a metric's label.
    fileprivate var label: String {
        switch self {
        case .waiting: "waiting"
        case .completed: "completed"
        case .invalidResult: "invalid_result"
        case .ended: "ended"
        case .notFound: "not_found"
        case .rejected: "rejected"
        case .unauthorized: "unauthorized"
        case .fault: "fault"
        }
    }
}
