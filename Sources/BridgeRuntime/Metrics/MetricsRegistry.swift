import Synchronization

/// The metrics of one process, and their text for Prometheus (exposition format 0.0.4).
///
/// Metrics are registered once, when the process is put together; what is counted later goes through the handles that
/// registering returns, and never through the registry.
public final class MetricsRegistry: Sendable {
    private let families = Mutex<[String: any MetricFamily]>([:])

    /// The `Content-Type` of ``render()``.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// A registry without metrics.
    public init() {}

    /// Registers a counter; by convention its name ends in `_total`.
    ///
    /// - Parameters:
    ///   - name: The name of the family; a name that is not Prometheus's or is taken is a programmer's error.
    ///   - help: What is counted, in one sentence.
    ///   - labels: The names of the labels. Their values have to be few: each combination is kept for good.
    public func counter(_ name: String, help: String, labels: [String] = []) -> Counter {
        let family = CounterFamily(header: MetricHeader(name: name, help: help, type: "counter", labels: labels))
        register(family)
        return Counter(family: family)
    }

    /// Registers a histogram.
    ///
    /// - Parameters:
    ///   - name: The name of the family; a name that is not Prometheus's or is taken is a programmer's error.
    ///   - help: What is observed, in one sentence.
    ///   - buckets: The upper bounds, ascending; one without a bound is added.
    ///   - labels: The names of the labels. Their values have to be few: each combination is kept for good.
    public func histogram(_ name: String, help: String, buckets: [Double], labels: [String] = []) -> Histogram {
        let header = MetricHeader(name: name, help: help, type: "histogram", labels: labels)
        let family = HistogramFamily(header: header, bounds: buckets)
        register(family)
        return Histogram(family: family)
    }

    /// Registers a gauge whose values are asked for when the metrics are read.
    ///
    /// - Parameters:
    ///   - name: The name of the family; a name that is not Prometheus's or is taken is a programmer's error.
    ///   - help: What is measured, in one sentence.
    ///   - labels: The names of the labels.
    ///   - read: The values now, each with as many label values as there are labels. Must not block.
    public func gauge(
        _ name: String, help: String, labels: [String] = [],
        read: @escaping @Sendable () -> [(labels: [String], value: Double)]
    ) {
        register(
            GaugeFamily(header: MetricHeader(name: name, help: help, type: "gauge", labels: labels), read: read))
    }

    /// The text of all metrics, the families sorted by name.
    public func render() -> [UInt8] {
        let families = self.families.withLock { $0 }
        var text = MetricsText()
        for (_, family) in families.sorted(by: { $0.key < $1.key }) { family.render(into: &text) }
        return text.bytes
    }

    private func register(_ family: some MetricFamily) {
        let isNew = families.withLock { $0.updateValue(family, forKey: family.header.name) == nil }
        precondition(isNew, "the metric \(family.header.name) is registered twice")
    }
}
