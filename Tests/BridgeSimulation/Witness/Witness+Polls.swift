import BridgeCore
import Marksign

/// One process and one session that it watches.
struct Poller: Hashable {
    let process: Int
    let session: SessionID
}

/// When a session may be polled again.
struct PollTurn {
    /// By the bridge's own rules; the last polls at a limit of its time come whenever that is.
    let planned: Tick
    /// Because Marksign asked for it.
    let asked: Tick
}

extension Witness {
    func polls(_ session: Session, from process: BridgeProcess) {
        guard let turn = pollTurns[Poller(process: process.number, session: session.id)] else { return }
        let now = world.now + .milliseconds(2)
        demand(now >= turn.asked, .pace, "\(session.id) before Marksign wants it")
        let mayBeLast = clockHasJumped || world.wall + .milliseconds(10) >= session.expiresAt
        demand(mayBeLast || now >= turn.planned, .pace, "\(session.id)")
    }

    func polled(_ session: Session, _ reply: PollReply, from process: BridgeProcess) {
        learned(reply, of: session)
        let rules = process.rules
        var planned = Duration.zero
        var asked = Duration.zero
        switch reply {
        case .waiting: planned = rules.interval * (1 - rules.jitter)
        case .invalidResult: planned = rules.interval
        case .unauthorized: planned = rules.unauthorizedInterval
        case .fault(_, _, let retryAfter):
            planned = rules.backoff.lowerBound
            if let delay = retryAfter?.delay(now: Int(world.wall.seconds)) {
                asked = min(max(delay, rules.retryAfter.lowerBound), rules.retryAfter.upperBound)
            }
        case .completed, .ended, .notFound, .rejected: break
        }
        pollTurns[Poller(process: process.number, session: session.id)] =
            PollTurn(planned: world.now + planned, asked: world.now + asked)
    }

    /// A session is being ended by the bridge: a last poll is due at once.
    func ends(_ session: SessionID, by process: BridgeProcess) {
        pollTurns[Poller(process: process.number, session: session)] = nil
    }
}
