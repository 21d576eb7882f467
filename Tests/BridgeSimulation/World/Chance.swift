import BridgeCore

/// Draws everything that is left to chance from one seed.
struct Chance {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func bits() -> UInt64 { generator.next() }

    mutating func unit() -> Double { generator.unit() }

    /// Whether something of that probability happens.
    mutating func happens(_ probability: Double) -> Bool { probability > 0 && unit() < probability }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func duration(_ range: ClosedRange<Duration>) -> Duration {
        let (seconds, attoseconds) = (range.upperBound - range.lowerBound).components
        let span = Double(seconds) * 1e9 + Double(attoseconds) / 1e9
        return range.lowerBound + .nanoseconds(Int64(span * unit()))
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[number(0...choices.count - 1)] }
}
