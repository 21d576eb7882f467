/// The metrics of one name.
protocol MetricFamily: Sendable {
    var header: MetricHeader { get }

    /// Appends the header and every sample.
    func render(into text: inout MetricsText)
}

/// What is said of a family before its samples.
struct MetricHeader: Sendable {
    let name: String
    let help: String
    let type: String
    let labels: [String]

    init(name: String, help: String, type: String, labels: [String]) {
        precondition(Self.isName(name, colons: true), "\(name) is not a metric name")
        precondition(labels.allSatisfy { Self.isName($0, colons: false) && !$0.hasPrefix("__") && $0 != "le" })
        precondition(Set(labels).count == labels.count, "a label of \(name) is named twice")
        self.name = name
        self.help = help
        self.type = type
        self.labels = labels
    }

    private static func isName(_ text: String, colons: Bool) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "_"): true
            case UInt8(ascii: ":"): colons
            default: false
            }
        }
    }
}
