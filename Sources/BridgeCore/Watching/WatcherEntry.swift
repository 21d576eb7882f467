/// A session that is watched: its life so far, and what is being done about it.
struct WatcherEntry: Sendable {
    let session: Session
    var watch: SessionWatch
    var activity: Activity

    enum Activity: Sendable, Equatable {
        /// The next request is due then.
        case scheduled(UpstreamGate.Lane, Tick)
        /// It is due, and waits for the budget.
        case queued(UpstreamGate.Lane)
        /// It is under way.
        case sent(UpstreamGate.Lane)
        /// The outcome is being committed.
        case ending
    }

    /// Whether something is being done about it.
    var isUnderWay: Bool {
        switch activity {
        case .scheduled, .queued: false
        case .sent, .ending: true
        }
    }

    /// Whether a session whose limit has come ends without another answer, on an upstream that is `down` or not. One
    /// that merely waits for the budget, or whose answer is under way, does not.
    func isOutOfTime(at now: Tick, upstreamIsDown down: Bool) -> Bool {
        guard now >= watch.giveUpAt else { return false }
        return switch activity {
        case .scheduled: watch.isFaulty
        case .queued: down
        case .sent, .ending: false
        }
    }
}

/// Something that a watcher looks at when its time has come.
struct WatcherTimer: Comparable, Sendable {
    enum Kind: Sendable {
        /// A session's next request is due.
        case due
        /// A session's time may be over.
        case limit
        /// A start has waited for long enough.
        case startLimit
    }

    let at: Tick
    let handle: Int
    let kind: Kind

    static func < (lhs: WatcherTimer, rhs: WatcherTimer) -> Bool {
        (lhs.at, lhs.handle) < (rhs.at, rhs.handle)
    }
}
