import HeapModule
import Marksign

/// Watches all open sessions: decides what is sent to Marksign and when, and how each session ends.
///
/// A pure machine: every input brings its time, and what is to be done comes out as effects. Nothing is written for a
/// poll that changed nothing, and no session costs more than its entry here.
public struct Watcher: Sendable {
    let rules: WatchRules
    var random: SeededGenerator
    var gate: UpstreamGate
    var entries: [Int: WatcherEntry] = [:]
    var handles: [SessionID: Int] = [:]
    /// Cancels of sessions that are on disk, and not told to this machine yet; with when they were wanted.
    private var earlyCancels: [SessionID: Tick] = [:]
    /// Starts that wait for the budget.
    var waitingStarts: Set<Int> = []
    var timers = Heap<WatcherTimer>()
    var effects: [WatcherEffect] = []
    var lastHandle = 0
    /// Whether only what is under way is watched to its end.
    var isClosing = false

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
        // Not from its wall time: that clock may have jumped since it was accepted.
        add(session, startedAt: now.tick, deadline: now.tick + rules.timeout, firstPoll: first, resumed: false)
        if earlyCancels.removeValue(forKey: session.id) != nil { cancel(session.id, at: now) }
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
        waitingStarts.insert(ticket.value)
        gate.enqueue(ticket.value, .start, of: client)
        timers.insert(WatcherTimer(at: now.tick + rules.startPatience, handle: ticket.value, kind: .startLimit))
        run(at: now.tick)
        return ticket
    }

    /// A granted start was sent, and has ended; `fault` says whether that speaks against Marksign.
    public mutating func startEnded(_ ticket: StartTicket, fault: Bool, at now: Moment) {
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

    /// The client wants a session cancelled. Nothing happens when it is ending; one that was just committed is
    /// cancelled when it is opened.
    public mutating func cancel(_ id: SessionID, at now: Moment) {
        guard let handle = handles[id] else {
            // Most of them have ended meanwhile, and will never be opened.
            earlyCancels = earlyCancels.filter { now.tick - $0.value < .seconds(60) }
            earlyCancels[id] = now.tick
            return
        }
        guard var entry = entries[handle], entry.activity != .ending else { return }
        if entry.watch.ending == .cancel { return }
        let step = entry.watch.cancel(at: now.tick)
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

    /// Another share of the rate may be sent, until `end`: from then on nothing goes out unless it is set again.
    public mutating func setRate(_ ratePerSecond: Double, until end: Tick?, at now: Moment) {
        gate.setRate(ratePerSecond, until: end, at: now.tick)
        run(at: now.tick)
    }

    /// The sessions are another's now, and starts that wait may not be sent. Answers to what is under way change
    /// nothing.
    public mutating func forgetAll() {
        entries.removeAll()
        handles.removeAll()
        earlyCancels.removeAll()
        timers = Heap()
        gate.forgetWaiting()
        refuseWaitingStarts()
    }

    /// The process ends: what is not under way is forgotten, later what ends without an outcome, and nothing is watched
    /// anew. Starts that were accepted go on.
    public mutating func close() {
        isClosing = true
        for (handle, entry) in entries where !entry.isUnderWay { forget(WatchHandle(value: handle)) }
    }

    /// Time has passed.
    public mutating func advance(to now: Moment) {
        run(at: now.tick)
    }

    // MARK: Outputs

    /// Whether a session is watched.
    public func knows(_ id: SessionID) -> Bool { handles[id] != nil }

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

    /// The sessions that are watched.
    public var sessions: [SessionID] { Array(handles.keys) }

    /// When the oldest watched session was accepted. It looks at every session: for a scrape, not for a hot path.
    public var oldestCreation: Timestamp? {
        entries.values.lazy.map(\.session.createdAt).min()
    }
}
