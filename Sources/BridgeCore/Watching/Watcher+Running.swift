import HeapModule

extension Watcher {
    mutating func add(
        _ session: Session, startedAt: Tick, deadline: Tick, firstPoll: Tick, resumed: Bool
    ) {
        guard !isClosing, handles[session.id] == nil else { return }
        lastHandle += 1
        let handle = lastHandle
        let watch = SessionWatch(startedAt: startedAt, deadline: deadline, resumed: resumed, rules: rules)
        entries[handle] = WatcherEntry(session: session, watch: watch, activity: .scheduled(.poll, firstPoll))
        handles[session.id] = handle
        timers.insert(WatcherTimer(at: firstPoll, handle: handle, kind: .due))
        timers.insert(WatcherTimer(at: watch.giveUpAt, handle: handle, kind: .limit))
    }

    mutating func follow(_ step: SessionWatch.Step, _ entry: inout WatcherEntry, _ handle: Int) {
        switch step {
        case .poll(let at): schedule(.poll, at: at, &entry, handle)
        case .remove(let at): schedule(.removal, at: at, &entry, handle)
        case .end(let outcome):
            entry.activity = .ending
            effects.append(.end(WatchHandle(value: handle), entry.session, outcome))
        }
        entries[handle] = entry
        if isClosing, !entry.isUnderWay { forget(WatchHandle(value: handle)) }
    }

    private mutating func schedule(_ lane: UpstreamGate.Lane, at: Tick, _ entry: inout WatcherEntry, _ handle: Int) {
        entry.activity = .scheduled(lane, at)
        timers.insert(WatcherTimer(at: at, handle: handle, kind: .due))
    }

    mutating func run(at now: Tick) {
        while let timer = timers.min, timer.at <= now {
            timers.removeMin()
            fire(timer, at: now)
        }
        sendWhatMayGo(at: now)
        // What is left of the starts would wait for as long as the breaker is open.
        if gate.breaker.isOpen { refuseWaitingStarts() }
    }

    private mutating func fire(_ timer: WatcherTimer, at now: Tick) {
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
        case (.due, _), (.startLimit, _), (.limit, .ending):
            break
        case (.limit, _):
            if entry.isOutOfTime(at: now, upstreamIsDown: !gate.breaker.isClosed) {
                follow(.end(entry.watch.outOfTime()), &entry, timer.handle)
            } else {
                timers.insert(WatcherTimer(at: now + .seconds(1), handle: timer.handle, kind: .limit))
            }
        }
    }

    mutating func refuseWaitingStarts() {
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
