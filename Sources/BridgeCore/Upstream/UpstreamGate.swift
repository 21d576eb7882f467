/// The one budget for everything that is sent to Marksign: its rate, its concurrency, and the breaker.
///
/// Starts and cancels go before polls, each fair between clients; starts hold at most half of the concurrency, and
/// every fourth permit is a poll's while polls wait, so that no rush of starts keeps open sessions unwatched.
struct UpstreamGate: Sendable {
    /// What a permit is for.
    enum Lane: Sendable, Equatable {
        case start
        case removal
        case poll
    }

    private let maximumInFlight: Int
    private var bucket: TokenBucket
    private(set) var breaker = Breaker()
    private(set) var inFlight = 0
    private var startsInFlight = 0
    private var priorityInARow = 0
    private var starts = FairQueue<ClientID, Int>()
    private var removals = FairQueue<ClientID, Int>()
    private var polls = FairQueue<ClientID, Int>()

    init(limits: UpstreamLimits, at now: Tick) {
        maximumInFlight = limits.maximumConcurrent
        bucket = TokenBucket(ratePerSecond: limits.ratePerSecond, at: now)
    }

    mutating func enqueue(_ entry: Int, _ lane: Lane, of client: ClientID) {
        switch lane {
        case .start: starts.append(entry, of: client)
        case .removal: removals.append(entry, of: client)
        case .poll: polls.append(entry, of: client)
        }
    }

    /// The next entry that may go out now, passing over those that are not wanted any more.
    mutating func next(at now: Tick, where isWanted: (Lane, Int) -> Bool) -> (lane: Lane, entry: Int)? {
        guard hasRoom, breaker.allows(inFlight: inFlight, at: now) else { return nil }
        guard !isEmpty, bucket.take(at: now) else { return nil }
        guard let (lane, entry) = pop(where: isWanted) else {
            bucket.giveBack()
            return nil
        }
        inFlight += 1
        if lane == .start { startsInFlight += 1 }
        priorityInARow = lane == .poll ? 0 : priorityInARow + 1
        breaker.sent(at: now)
        return (lane, entry)
    }

    /// What was sent has ended. `fault` is `nil` when its end says nothing about the upstream.
    mutating func finished(_ lane: Lane, fault: Bool?, at now: Tick) {
        inFlight -= 1
        if lane == .start { startsInFlight -= 1 }
        if let fault { breaker.answered(fault: fault, width: maximumInFlight, at: now) }
    }

    /// Another share of the rate is ours until `end`, from which on nothing goes out unless it is set again.
    mutating func setRate(_ ratePerSecond: Double, until end: Tick?, at now: Tick) {
        bucket.setRate(ratePerSecond, until: end, at: now)
    }

    /// Nothing that waits is wanted any more. What is under way ends as it ends.
    mutating func forgetWaiting() {
        starts = FairQueue()
        removals = FairQueue()
        polls = FairQueue()
    }

    /// When something that waits may go out, if that is only a matter of time.
    var nextChance: Tick? {
        guard !isEmpty, hasRoom, let nextPermit = bucket.nextPermit else { return nil }
        switch breaker.state {
        case .closed: return nextPermit
        case .open(let nextProbe): return max(nextProbe, nextPermit)
        case .closing(let width, _): return inFlight < width ? nextPermit : nil
        }
    }

    /// How many polls wait for a permit.
    var waitingPolls: Int { polls.count }

    private var hasRoom: Bool { inFlight < maximumInFlight }

    /// While the breaker is open a start goes only when there is nothing else to probe with: it may be lost.
    private var startsMayGo: Bool {
        startsInFlight < max(1, maximumInFlight / 2) && (!breaker.isOpen || (removals.isEmpty && polls.isEmpty))
    }

    private var isEmpty: Bool { removals.isEmpty && polls.isEmpty && (starts.isEmpty || !startsMayGo) }

    private mutating func pop(where isWanted: (Lane, Int) -> Bool) -> (Lane, Int)? {
        if priorityInARow >= 3, let entry = polls.popFirst(where: { isWanted(.poll, $0) }) { return (.poll, entry) }
        if let entry = removals.popFirst(where: { isWanted(.removal, $0) }) { return (.removal, entry) }
        if startsMayGo, let entry = starts.popFirst(where: { isWanted(.start, $0) }) { return (.start, entry) }
        if let entry = polls.popFirst(where: { isWanted(.poll, $0) }) { return (.poll, entry) }
        return nil
    }
}

/// The bounds of what is sent to Marksign.
public struct UpstreamLimits: Sendable, Equatable {
    /// Requests a second, over all instances.
    public let ratePerSecond: Double
    /// Requests under way at once.
    public let maximumConcurrent: Int

    /// Bounds.
    public init(ratePerSecond: Double, maximumConcurrent: Int) {
        self.ratePerSecond = ratePerSecond
        self.maximumConcurrent = maximumConcurrent
    }
}
