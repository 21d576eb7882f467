/// Faults drawn from a seed: the same configuration, the same faults in the same order.
struct FaultPlan {
    private let rate: Double
    private var random: SplitMix64

    init(rate: Double, seed: UInt64) {
        self.rate = rate
        random = SplitMix64(state: seed)
    }

    /// What goes wrong with the next answer, if anything.
    mutating func next() -> Fault? {
        guard Double.random(in: 0..<1, using: &random) < rate else { return nil }
        return switch Int.random(in: 0..<7, using: &random) {
        case 0: .technicalError
        case 1: .badGatewayPage
        case 2: .page
        case 3: .slow(.milliseconds(Int.random(in: 500...5000, using: &random)))
        case 4: .cut
        case 5: .reset
        default: .empty
        }
    }
}
