import BridgeCore

/// What happened, as a hash that two runs of one seed share, and, when it is wanted, as lines to read.
struct Trace {
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var steps = 0
    private(set) var tail: [String] = []
    private let length: Int

    /// - Parameter length: How many lines are kept.
    init(length: Int) {
        self.length = length
    }

    mutating func note(_ what: String, _ detail: String, _ more: String, at now: Tick) {
        steps += 1
        mix(UInt64(bitPattern: now.nanoseconds))
        for text in [what, detail, more] {
            for byte in text.utf8 { mix(UInt64(byte)) }
        }
        guard length > 0 else { return }
        if tail.count >= 2 * length { tail.removeFirst(length) }
        let milliseconds = String(now.nanoseconds / 1_000_000)
        tail.append("\(milliseconds) ms  \(what) \(detail) \(more)")
    }

    private mutating func mix(_ value: UInt64) {
        hash = (hash ^ value) &* 0x0000_0100_0000_01B3
    }
}
