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
        case underWay(Attempt)
    }

    /// An attempt that is under way.
    struct Attempt: Sendable {
        /// Attempts of a lane are numbered as they begin.
        let number: Int
        /// The endpoint's, as it was known at the beginning.
        let epoch: Int
        let begunAt: Tick
        /// Whether the endpoint was only probed then.
        let isProbe: Bool
        /// When the delivery became due meanwhile, or will.
        var again: Tick?
        /// The epoch under which the delivery was dropped meanwhile; what is decided under it is not followed.
        var droppedUnder: Int?
    }

    /// What is due goes out in the order in which it became so, and by event.
    struct Place: Comparable, Sendable {
        let since: Tick
        let event: EventID

        static func < (lhs: Place, rhs: Place) -> Bool {
            (lhs.since, lhs.event) < (rhs.since, rhs.event)
        }
    }

    var attempt: Attempt? {
        if case .underWay(let attempt) = phase { attempt } else { nil }
    }
}
