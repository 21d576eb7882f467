/// The gauges of one name, whose values are asked for when they are rendered.
struct GaugeFamily: MetricFamily {
    let header: MetricHeader
    let read: @Sendable () -> [(labels: [String], value: Double)]

    func render(into text: inout MetricsText) {
        text.header(header)
        for (labels, value) in read().sorted(by: { $0.labels.lexicographicallyPrecedes($1.labels) }) {
            precondition(labels.count == header.labels.count, "\(header.name) has \(header.labels.count) labels")
            text.sample(header, labels: labels, value: MetricsText.number(value))
        }
    }
}
