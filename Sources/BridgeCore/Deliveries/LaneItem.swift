/// A delivery in its lane.
struct LaneItem: Sendable {
    let event: EventID
    let session: SessionID?
    var phase = Phase.waiting

    enum Phase: Sendable {
        /// For its time.
        case waiting
        /// For its turn.
        case due(since: Tick)
        /// Under way; what became due meanwhile follows.
        case underWay(number: Int, again: Tick?)
    }

    /// What is due goes out in the order in which it became so, and by event.
    struct Place: Comparable, Sendable {
        let since: Tick
        let event: EventID

        static func < (lhs: Place, rhs: Place) -> Bool {
            (lhs.since, lhs.event) < (rhs.since, rhs.event)
        }
    }

    var isUnderWay: Bool {
        if case .underWay = phase { true } else { false }
    }
}
