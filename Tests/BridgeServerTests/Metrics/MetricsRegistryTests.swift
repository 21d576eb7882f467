import BridgeRuntime
import Testing

@Suite("Metrics")
struct MetricsRegistryTests {
    private func text(_ registry: MetricsRegistry) -> String {
        String(decoding: registry.render(), as: UTF8.self)
    }

    @Test("Families are sorted by name, samples by their labels")
    func exposition() {
        let registry = MetricsRegistry()
        let requests = registry.counter("requests_total", help: "Requests.", labels: ["method", "status"])
        registry.gauge("open", help: "Open sessions.") { [([], 1.5)] }
        let idle = registry.counter("idle_total", help: "Nothing yet.")
        requests.increment(["POST", "201"])
        requests.increment(["GET", "200"], by: 2)
        requests.labelled(["POST", "201"]).increment()
        idle.increment(by: 0)
        #expect(
            text(registry) == """
                # HELP idle_total Nothing yet.
                # TYPE idle_total counter
                idle_total 0
                # HELP open Open sessions.
                # TYPE open gauge
                open 1.5
                # HELP requests_total Requests.
                # TYPE requests_total counter
                requests_total{method="GET",status="200"} 2
                requests_total{method="POST",status="201"} 2

                """)
    }

    @Test("A histogram's buckets add up, and hold their bounds")
    func histogram() {
        let registry = MetricsRegistry()
        let delays = registry.histogram("delay_seconds", help: "Delay.", buckets: [0.5, 1, 10], labels: ["kind"])
        for value in [0.25, 0.5, 0.75, 10, 11] { delays.observe(value, ["x"]) }
        #expect(
            text(registry) == """
                # HELP delay_seconds Delay.
                # TYPE delay_seconds histogram
                delay_seconds_bucket{kind="x",le="0.5"} 2
                delay_seconds_bucket{kind="x",le="1"} 3
                delay_seconds_bucket{kind="x",le="10"} 4
                delay_seconds_bucket{kind="x",le="+Inf"} 5
                delay_seconds_sum{kind="x"} 22.5
                delay_seconds_count{kind="x"} 5

                """)
    }

    @Test("Help and label values are escaped")
    func escaping() {
        let registry = MetricsRegistry()
        registry.counter("c_total", help: "A \\ and\na \"quote\".", labels: ["l"]).increment(["a\\b\"c\nd"])
        #expect(
            text(registry) == #"""
                # HELP c_total A \\ and\na "quote".
                # TYPE c_total counter
                c_total{l="a\\b\"c\nd"} 1

                """#)
    }

    @Test(
        "Values that are no plain numbers",
        arguments: [(Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (-2, "-2"), (1e20, "1e+20")])
    func numbers(value: Double, shown: String) {
        let registry = MetricsRegistry()
        registry.gauge("g", help: "G.") { [([], value)] }
        #expect(text(registry).hasSuffix("\ng \(shown)\n"))
    }

    @Test("Nothing is lost when many count at once")
    func concurrency() async {
        let registry = MetricsRegistry()
        let counter = registry.counter("c_total", help: "C.", labels: ["l"])
        let histogram = registry.histogram("h", help: "H.", buckets: [1])
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        counter.increment(["\(task % 2)"])
                        histogram.observe(1)
                    }
                }
            }
        }
        let text = text(registry)
        #expect(text.contains("c_total{l=\"0\"} 4000\nc_total{l=\"1\"} 4000\n"))
        #expect(text.contains("h_sum 8000\nh_count 8000\n"))
    }
}
