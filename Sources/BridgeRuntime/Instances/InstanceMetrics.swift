/// What is counted of instances.
struct InstanceMetrics: Sendable {
    private let takeovers: Counter
    private let losses: Counter

    init(_ registry: MetricsRegistry) {
        takeovers = registry.counter(
            "marksign_bridge_takeovers_total",
            help: "Sessions and deliveries taken over from instances that are gone, earlier processes included.",
            labels: ["kind"])
        losses = registry.counter(
            "marksign_bridge_lost_leases_total",
            help: "How often the process could not renew its lease in time and began anew.")
    }

    func tookOver(sessions: Int) {
        takeovers.increment(["session"], by: sessions)
    }

    func tookOver(deliveries: Int) {
        takeovers.increment(["delivery"], by: deliveries)
    }

    func lost() {
        losses.increment()
    }
}
