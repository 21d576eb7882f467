/// How the rate is divided among the instances that share it.
///
/// Each gets whole requests a second, and what is left goes to the first of them, a part of a request to the very
/// first. When there are more instances than requests a second, the latest get none: they take nothing over and wait
/// for a place.
public struct RateDivision: Sendable {
    private let maxRate: Double
    private let id: InstanceID
    private let others: [InstanceID: Double]

    /// A division as one instance sees it.
    ///
    /// - Parameters:
    ///   - maxRate: The requests a second that all may send together.
    ///   - others: What the other instances hold.
    public init(of maxRate: Double, for id: InstanceID, others: [InstanceID: Double]) {
        self.maxRate = maxRate
        self.id = id
        self.others = others
    }

    /// What the instance is to have in the end.
    public var target: Double {
        guard !others.isEmpty else { return maxRate }
        let (each, left) = Int(maxRate).quotientAndRemainder(dividingBy: others.count + 1)
        let place = others.keys.count { $0 < id }
        let part = place == 0 ? maxRate - maxRate.rounded(.down) : 0
        return Double(place < left ? each + 1 : each) + part
    }

    /// What it may have now: no more than the others leave.
    public var share: Double {
        max(0, min(target, maxRate - others.values.reduce(0, +)))
    }
}
