import Synchronization

/// One cell for each combination of label values, made when it is first used.
final class LabelledCells<Cell: AnyObject & Sendable>: Sendable {
    private let labelCount: Int
    private let make: @Sendable () -> Cell
    private let cells: Mutex<[[String]: Cell]>

    /// Without labels, the only cell is there from the beginning, so that it shows as zero.
    init(labelCount: Int, make: @escaping @Sendable () -> Cell) {
        self.labelCount = labelCount
        self.make = make
        cells = Mutex(labelCount == 0 ? [[]: make()] : [:])
    }

    func cell(_ labels: [String]) -> Cell {
        precondition(labels.count == labelCount, "\(labelCount) label values are needed")
        return cells.withLock { cells in
            if let cell = cells[labels] { return cell }
            let cell = make()
            cells[labels] = cell
            return cell
        }
    }

    /// All cells, in the order of their label values.
    var sorted: [(labels: [String], cell: Cell)] {
        cells.withLock { $0 }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { ($0.key, $0.value) }
    }
}
