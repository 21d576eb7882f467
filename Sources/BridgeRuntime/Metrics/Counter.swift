import Synchronization

/// Counts something that only grows. Cheap to copy and to use from any thread.
public struct Counter: Sendable {
    let family: CounterFamily

    /// Counts `amount` more under those label values, of which there are as many as labels were registered.
    public func increment(_ labels: [String] = [], by amount: Int = 1) {
        family.cell(labels).add(amount)
    }

    /// The counter of one combination of label values, to be kept where it is used often.
    public func labelled(_ labels: [String]) -> BoundCounter {
        BoundCounter(cell: family.cell(labels))
    }
}

/// A counter of fixed label values: one atomic addition a use.
public struct BoundCounter: Sendable {
    fileprivate let cell: CounterCell

    /// Counts `amount` more.
    public func increment(by amount: Int = 1) {
        cell.add(amount)
    }
}

/// The number of one combination of label values.
final class CounterCell: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .relaxed) }

    func add(_ amount: Int) {
        precondition(amount >= 0, "a counter never goes back")
        count.wrappingAdd(amount, ordering: .relaxed)
    }
}

/// The counters of one name.
final class CounterFamily: MetricFamily {
    let header: MetricHeader
    private let cells: LabelledCells<CounterCell>

    init(header: MetricHeader) {
        self.header = header
        cells = LabelledCells(labelCount: header.labels.count) { CounterCell() }
    }

    func cell(_ labels: [String]) -> CounterCell {
        cells.cell(labels)
    }

    func render(into text: inout MetricsText) {
        text.header(header)
        for (labels, cell) in cells.sorted { text.sample(header, labels: labels, value: String(cell.value)) }
    }
}
