import Synchronization

/// Counts observations by size. Cheap to copy and to use from any thread.
public struct Histogram: Sendable {
    let family: HistogramFamily

    /// Observes `value` under those label values, of which there are as many as labels were registered.
    public func observe(_ value: Double, _ labels: [String] = []) {
        family.cells.cell(labels).observe(value)
    }

    /// The histogram of one combination of label values, to be kept where it is used often.
    public func labelled(_ labels: [String]) -> BoundHistogram {
        BoundHistogram(cell: family.cells.cell(labels))
    }
}

/// A histogram of fixed label values.
public struct BoundHistogram: Sendable {
    fileprivate let cell: HistogramCell

    /// Observes `value`.
    public func observe(_ value: Double) {
        cell.observe(value)
    }
}

/// The observations of one combination of label values.
final class HistogramCell: Sendable {
    struct Counts: Sendable {
        /// One for each bound, and one for what is above all of them.
        var buckets: [Int]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let counts: Mutex<Counts>

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Mutex(Counts(buckets: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// A bucket holds what is at most its bound.
    func observe(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        counts.withLock { counts in
            counts.buckets[bucket] += 1
            counts.sum += value
        }
    }

    var snapshot: Counts { counts.withLock { $0 } }
}

/// The histograms of one name.
final class HistogramFamily: MetricFamily {
    let header: MetricHeader
    let cells: LabelledCells<HistogramCell>
    private let bounds: [Double]

    init(header: MetricHeader, bounds: [Double]) {
        precondition(bounds.allSatisfy(\.isFinite), "the bounds of \(header.name) are finite")
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "the bounds of \(header.name) ascend")
        self.header = header
        self.bounds = bounds
        cells = LabelledCells(labelCount: header.labels.count) { HistogramCell(bounds: bounds) }
    }

    func render(into text: inout MetricsText) {
        text.header(header)
        for (labels, cell) in cells.sorted {
            let counts = cell.snapshot
            var total = 0
            for (bound, count) in zip(bounds + [.infinity], counts.buckets) {
                total += count
                text.sample(header, suffix: "_bucket", labels: labels, bound: bound, value: String(total))
            }
            text.sample(header, suffix: "_sum", labels: labels, value: MetricsText.number(counts.sum))
            text.sample(header, suffix: "_count", labels: labels, value: String(total))
        }
    }
}
