import HeapModule
import Marksign

/// Watches all open sessions: decides what is sent to Marksign and when, and how each session ends.
///
/// A pure machine: every input brings its time, and what is to be done comes out as effects. Nothing is written for a
/// poll that changed nothing, and no session costs more than its entry here.
public struct Watcher: Sendable {
    private let rules: WatchRules
    private var random: SeededGenerator
    private var gate: UpstreamGate
    private var entries: [Int: Entry] = [:]
    private var handles: [SessionID: Int] = [:]
    /// Starts that wait for the budget, and whose they are.
    private var waitingStarts: Set<Int> = []
    private var timers = Heap<Timer>()
    private var effects: [WatcherEffect] = []
    private var lastHandle = 0

    private struct Entry: Sendable {
        let session: Session
        var watch: SessionWatch
        var activity: Activity
    }

    private enum Activity: Sendable, Equatable {
        /// The next request is due then.
        case scheduled(UpstreamGate.Lane, Tick)
        /// It is due, and waits for the budget.
        case queued(UpstreamGate.Lane)
        /// It is under way.
        case sent(UpstreamGate.Lane)
        /// The outcome is being committed.
        case ending
    }

    private struct Timer: Comparable, Sendable {
        enum Kind: Sendable { case due, limit, startLimit }
        let at: Tick
        let handle: Int
        let kind: Kind

        static func < (lhs: Timer, rhs: Timer) -> Bool {
            (lhs.at, lhs.handle) < (rhs.at, rhs.handle)
        }
    }

    /// A watcher of nothing yet.
    public init(rules: WatchRules, limits: UpstreamLimits, seed: UInt64, at now: Tick) {
        self.rules = rules
        random = SeededGenerator(seed: seed)
        gate = UpstreamGate(limits: limits, at: now)
    }

    // MARK: Inputs

    /// Watches a session that was just committed.
    public mutating func open(_ session: Session, startedElsewhere: Bool, at now: Moment) {
        let first = startedElsewhere ? now.tick : now.tick + rules.firstDelay
        let deadline = now.tick + (session.expiresAt - now.wall)
        add(session, startedAt: now.tick, deadline: deadline, firstPoll: first, resumed: false)
        run(at: now.tick)
    }

    /// Watches sessions that an earlier process watched. They are polled within one interval of now.
    public mutating func resume(_ sessions: [OpenSession], at now: Moment) {
        for open in sessions {
            let session = open.session
            // The wall clock may have jumped meanwhile: no session gets more time than it ever had.
            let age = min(max(now.wall - session.createdAt, .zero), rules.timeout)
            let remaining = min(max(session.expiresAt - now.wall, .zero), rules.timeout)
            let spread = now.tick + rules.interval * random.unit()
            let first = age < rules.firstDelay ? max(spread, now.tick + (rules.firstDelay - age)) : spread
            add(
                session, startedAt: now.tick - age, deadline: now.tick + remaining, firstPoll: first, resumed: true)
            if open.cancelRequested { cancel(session.id, at: now) }
        }
        run(at: now.tick)
    }

    /// A start wants to be sent. It is granted or refused by an effect.
    public mutating func requestStart(of client: ClientID, at now: Moment) -> StartTicket {
        lastHandle += 1
        let ticket = StartTicket(value: lastHandle)
        if gate.breaker.isOpen {
            effects.append(.refuseStart(ticket))
            return ticket
        }
        waitingStarts.insert(ticket.value)
        gate.enqueue(ticket.value, .start, of: client)
        timers.insert(Timer(at: now.tick + rules.startPatience, handle: ticket.value, kind: .startLimit))
        run(at: now.tick)
        return ticket
    }

    /// A granted start has ended; `fault` is `nil` when that says nothing about Marksign.
    public mutating func startEnded(_ ticket: StartTicket, fault: Bool?, at now: Moment) {
        gate.finished(.start, fault: fault, at: now.tick)
        run(at: now.tick)
    }

    /// A poll has ended.
    public mutating func polled(_ handle: WatchHandle, _ reply: PollReply, at now: Moment) {
        gate.finished(.poll, fault: reply.isFault, at: now.tick)
        if entries[handle.value]?.activity == .sent(.poll), var entry = entries[handle.value] {
            let step = entry.watch.polled(reply, at: now, rules: rules, jitter: random.unit())
            follow(step, &entry, handle.value)
        }
        run(at: now.tick)
    }

    /// A removal has ended.
    public mutating func removalEnded(_ handle: WatchHandle, _ reply: RemoveReply, at now: Moment) {
        gate.finished(.removal, fault: nil, at: now.tick)
        if entries[handle.value]?.activity == .sent(.removal), var entry = entries[handle.value] {
            let step = entry.watch.removed(reply, at: now.tick)
            follow(step, &entry, handle.value)
        }
        run(at: now.tick)
    }

    /// The client wants a session cancelled. Nothing happens when it is not watched, or ending.
    public mutating func cancel(_ id: SessionID, at now: Moment) {
        guard let handle = handles[id], var entry = entries[handle], entry.activity != .ending else { return }
        if case .cancel = entry.watch.ending { return }
        let step = entry.watch.cancel(at: now.tick, rules: rules)
        timers.insert(Timer(at: now.tick + rules.cancelPatience, handle: handle, kind: .limit))
        if case .sent = entry.activity {
            // Its answer comes first: it may be the signature.
            entries[handle] = entry
        } else {
            follow(step, &entry, handle)
        }
        run(at: now.tick)
    }

    /// The outcome of a session is on disk.
    public mutating func forget(_ handle: WatchHandle) {
        if let entry = entries.removeValue(forKey: handle.value) { handles[entry.session.id] = nil }
    }

    /// Time has passed.
    public mutating func advance(to now: Moment) {
        run(at: now.tick)
    }

    // MARK: Outputs

    /// What is to be done since the last call.
    public mutating func takeEffects() -> [WatcherEffect] {
        guard !effects.isEmpty else { return [] }
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    /// When ``advance(to:)`` must be called at the latest.
    public var wakeAt: Tick? {
        switch (timers.min?.at, gate.nextChance) {
        case (let timer?, let chance?): min(timer, chance)
        case (let timer, let chance): timer ?? chance
        }
    }

    /// What there is to see.
    public var statistics: WatcherStatistics {
        WatcherStatistics(
            openSessions: entries.count, requestsInFlight: gate.inFlight, waitingPolls: gate.waitingPolls,
            waitingStarts: waitingStarts.count, breaker: gate.breaker.state)
    }

    /// When the oldest watched session was accepted. It looks at every session: for a scrape, not for a hot path.
    public var oldestCreation: Timestamp? {
        entries.values.lazy.map(\.session.createdAt).min()
    }

    // MARK: Inside

    private mutating func add(
        _ session: Session, startedAt: Tick, deadline: Tick, firstPoll: Tick, resumed: Bool
    ) {
        lastHandle += 1
        let handle = lastHandle
        let watch = SessionWatch(startedAt: startedAt, deadline: deadline, resumed: resumed, rules: rules)
        entries[handle] = Entry(session: session, watch: watch, activity: .scheduled(.poll, firstPoll))
        handles[session.id] = handle
        timers.insert(Timer(at: firstPoll, handle: handle, kind: .due))
        timers.insert(Timer(at: watch.giveUpAt, handle: handle, kind: .limit))
    }

    private mutating func follow(_ step: SessionWatch.Step, _ entry: inout Entry, _ handle: Int) {
        switch step {
        case .poll(let at): schedule(.poll, at: at, &entry, handle)
        case .remove(let at): schedule(.removal, at: at, &entry, handle)
        case .end(let outcome):
            entry.activity = .ending
            effects.append(.end(WatchHandle(value: handle), entry.session, outcome))
        }
        entries[handle] = entry
    }

    private mutating func schedule(_ lane: UpstreamGate.Lane, at: Tick, _ entry: inout Entry, _ handle: Int) {
        entry.activity = .scheduled(lane, at)
        timers.insert(Timer(at: at, handle: handle, kind: .due))
    }

    private mutating func run(at now: Tick) {
        while let timer = timers.min, timer.at <= now {
            timers.removeMin()
            fire(timer, at: now)
        }
        if gate.breaker.isOpen { refuseWaitingStarts() }
        sendWhatMayGo(at: now)
    }

    private mutating func fire(_ timer: Timer, at now: Tick) {
        if timer.kind == .startLimit {
            if waitingStarts.remove(timer.handle) != nil {
                effects.append(.refuseStart(StartTicket(value: timer.handle)))
            }
            return
        }
        guard var entry = entries[timer.handle] else { return }
        switch (timer.kind, entry.activity) {
        case (.due, .scheduled(let lane, timer.at)):
            entry.activity = .queued(lane)
            entries[timer.handle] = entry
            gate.enqueue(timer.handle, lane, of: entry.session.clientID)
        case (.limit, .ending), (.due, _), (.startLimit, _):
            break
        case (.limit, let activity):
            if isOutOfTime(entry, activity, at: now) {
                follow(.end(entry.watch.outOfTime()), &entry, timer.handle)
            } else {
                timers.insert(Timer(at: now + .seconds(1), handle: timer.handle, kind: .limit))
            }
        }
    }

    /// Whether a session whose limit has come ends without another answer. One that merely waits for the budget, or
    /// whose answer is under way, does not.
    private func isOutOfTime(_ entry: Entry, _ activity: Activity, at now: Tick) -> Bool {
        if case .cancel(let by) = entry.watch.ending, now >= by { return true }
        guard now >= entry.watch.giveUpAt else { return false }
        return switch activity {
        case .scheduled: entry.watch.isFaulty
        case .queued: !gate.breaker.isClosed
        case .sent, .ending: false
        }
    }

    private mutating func refuseWaitingStarts() {
        for ticket in waitingStarts.sorted() { effects.append(.refuseStart(StartTicket(value: ticket))) }
        waitingStarts.removeAll()
    }

    private mutating func sendWhatMayGo(at now: Tick) {
        while let (lane, handle) = nextToSend(at: now) {
            if lane == .start {
                waitingStarts.remove(handle)
                effects.append(.grantStart(StartTicket(value: handle)))
            } else if let session = entries[handle]?.session {
                entries[handle]?.activity = .sent(lane)
                let watched = WatchHandle(value: handle)
                effects.append(lane == .poll ? .poll(watched, session) : .remove(watched, session))
            }
        }
    }

    private mutating func nextToSend(at now: Tick) -> (lane: UpstreamGate.Lane, entry: Int)? {
        gate.next(at: now) { [entries, waitingStarts] lane, handle in
            lane == .start ? waitingStarts.contains(handle) : entries[handle]?.activity == .queued(lane)
        }
    }
}

/// What there is to see of a watcher.
public struct WatcherStatistics: Sendable, Equatable {
    /// Sessions that are watched.
    public let openSessions: Int
    /// Requests under way to Marksign.
    public let requestsInFlight: Int
    /// Polls that are due and wait for the budget.
    public let waitingPolls: Int
    /// Starts that wait for the budget.
    public let waitingStarts: Int
    /// What the breaker lets through.
    public let breaker: Breaker.State
}

extension PollReply {
    /// Whether the answer speaks against the upstream.
    public var isFault: Bool {
        switch self {
        case .fault, .unauthorized: true
        case .waiting, .completed, .invalidResult, .ended, .notFound, .rejected: false
        }
    }
}
