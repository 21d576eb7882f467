import BridgeCore
import HeapModule

/// What will happen, in the order of its time; what is due at the same time happens in the order in which it was
/// planned.
struct Agenda {
    struct Entry: Comparable {
        let at: Tick
        let sequence: Int
        /// In which process it happens: nothing does in a dead one, and later in one that is stopped.
        let owner: BridgeProcess?
        let action: () -> Void

        static func < (lhs: Entry, rhs: Entry) -> Bool { (lhs.at, lhs.sequence) < (rhs.at, rhs.sequence) }
        static func == (lhs: Entry, rhs: Entry) -> Bool { lhs.sequence == rhs.sequence }
    }

    private var entries = Heap<Entry>()
    private var sequence = 0

    mutating func plan(at time: Tick, of owner: BridgeProcess?, _ action: @escaping () -> Void) {
        sequence += 1
        entries.insert(Entry(at: time, sequence: sequence, owner: owner, action: action))
    }

    /// The next entry, if there is one until then.
    mutating func next(until end: Tick) -> Entry? {
        guard let first = entries.min, first.at <= end else { return nil }
        return entries.removeMin()
    }

    mutating func clear() {
        entries = Heap()
    }
}
