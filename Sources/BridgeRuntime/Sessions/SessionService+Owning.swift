import BridgeCore
import Synchronization

/// What the instance owns, and how it comes and goes.
extension SessionService {
    /// Another share of the rate may be sent, until `end`.
    func setRate(_ ratePerSecond: Double, until end: Tick?) {
        drive { $0.setRate(ratePerSecond, until: end, at: $1) }
    }

    /// Sessions are the instance's now. They are watched; those whose start was cut end as unknown.
    func takeOver(_ open: [OpenSession]) {
        drive { $0.resume(open.filter { $0.session.status == .pending }, at: $1) }
        for session in open.map(\.session) where session.status == .starting {
            noteStarting(session.id)
            begin(.endUnanswered(session))
        }
    }

    /// The sessions are others' now. What is under way ends as it ends, and changes nothing.
    func forgetAll() {
        change { state, _ in
            state.generation += 1
            state.watcher.forgetAll()
        }
    }

    /// What others did: clients want sessions of this instance cancelled, and sessions that callers wait for have
    /// ended.
    func hear(cancelled: [SessionID], ended: [SessionID]) {
        for id in cancelled { drive { $0.cancel(id, at: $1) } }
        for id in ended { waiters.notify(id) }
    }

    /// Whether a session is watched or started here.
    func knows(_ id: SessionID) -> Bool {
        state.withLock { $0.watcher.knows(id) || $0.starting.contains(id) }
    }

    /// The sessions that are watched; once the service closes, those about which something is being done.
    var watched: [SessionID] { state.withLock { $0.watcher.sessions } }

    /// The sessions that callers wait for.
    var waitedFor: [SessionID] { waiters.sessions }

    /// Grows when all is forgotten.
    var generation: Int { state.withLock { $0.generation } }

    /// Watches a session that was just committed, unless all was forgotten since that generation: then it is another's.
    func open(_ session: Session, startedElsewhere: Bool, of generation: Int) {
        change { state, now in
            guard state.generation == generation else { return }
            state.watcher.open(session, startedElsewhere: startedElsewhere, at: now)
        }
    }

    /// A start is under way, or what is left of one: its session is open in the store, and not watched.
    func noteStarting(_ id: SessionID) {
        state.withLock { _ = $0.starting.insert(id) }
    }

    func noteStarted(_ id: SessionID) {
        state.withLock { _ = $0.starting.remove(id) }
    }
}
