import Testing

@testable import BridgeCore

@Suite("Indexed heap")
struct IndexedHeapTests {
    @Test("a random sequence of changes leaves the least first", arguments: [1, 2, 3] as [UInt64])
    func model(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var heap = IndexedHeap<Int, Int>()
        var model: [Int: Int] = [:]
        for _ in 0..<5000 {
            let key = Int.random(in: 0..<60, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1, 2:
                let priority = Int.random(in: 0..<40, using: &random)
                heap.set(key, to: priority)
                model[key] = priority
            case 3, 4:
                heap.remove(key)
                model[key] = nil
            default:
                let node = heap.popFirst()
                #expect(node?.priority == model.values.min())
                if let node { #expect(model.removeValue(forKey: node.key) == node.priority) }
            }
            #expect(heap.first?.priority == model.values.min())
            #expect(heap.isEmpty == model.isEmpty)
            #expect(heap.priority(of: key) == model[key])
        }
    }

    @Test("a change of one in 100 000 costs a few comparisons")
    func cost() {
        var heap = IndexedHeap<Int, Counted>()
        let counter = Counter()
        for key in 0..<100_000 { heap.set(key, to: Counted(value: key * 7919 % 100_003, counter: counter)) }
        for key in stride(from: 0, to: 100_000, by: 997) {
            counter.comparisons = 0
            heap.set(key, to: Counted(value: -key, counter: counter))
            heap.remove(key)
            _ = heap.popFirst()
            #expect(counter.comparisons < 3 * 2 * 18)
        }
    }

    final class Counter {
        nonisolated(unsafe) var comparisons = 0
    }

    struct Counted: Comparable, Sendable {
        let value: Int
        nonisolated(unsafe) let counter: Counter

        static func == (lhs: Counted, rhs: Counted) -> Bool { lhs.value == rhs.value }

        static func < (lhs: Counted, rhs: Counted) -> Bool {
            lhs.counter.comparisons += 1
            return lhs.value < rhs.value
        }
    }
}
