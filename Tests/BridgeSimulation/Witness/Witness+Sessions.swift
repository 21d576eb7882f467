import BridgeCore
import Marksign

extension Witness {
    /// A session became pending.
    func accepted(_ id: SessionID) {
        acceptedAt[id] = world.now
    }

    /// A write under an epoch changed a session that is open under another.
    func wrote(_ id: SessionID, under epoch: Int64, of present: Int64) {
        demand(epoch == present, .staleOwner, "\(id)")
    }

    /// A final status is given once, by the owner, with one event, and it is true.
    func ended(_ session: Session, _ ending: SessionEnding) {
        demand(!session.status.isFinal, .finalOnce, "\(session.id)")
        demand(ending.epoch == session.epoch, .staleOwner, "\(session.id)")
        demand(eventsOfSessions[session.id] == nil, .oneCommit, "\(session.id) has two events")
        eventsOfSessions[session.id] = ending.event.id
        demand(world.store.events[ending.event.id] != nil, .oneCommit, "\(session.id) has no event")
        for endpoint in world.store.endpoints(of: session.clientID) where endpoint.events.wants(ending.event.type) {
            demand(
                world.store.delivery(of: ending.event.id, to: endpoint.id) != nil, .oneCommit,
                "\(session.id) has no delivery to \(endpoint.id)")
        }
        checkTruth(of: session, ending)
        checkPatience(with: session, ending)
    }

    private func checkTruth(of session: Session, _ ending: SessionEnding) {
        guard let token = session.token, let truth = world.upstream.sessions[token] else {
            return demand(ending.status != .completed, .truth, "\(session.id) never was")
        }
        switch ending.status {
        case .completed:
            demand(truth.isSigned, .truth, "\(session.id) was not signed")
            if case .hash(let value) = ending.result {
                demand(value == token.rawValue, .truth, "\(session.id) has another value")
            }
        case .failed, .cancelled:
            demand(!truth.wasSignedWhenLastAsked, .truth, "\(session.id) was signed")
            switch ending.error?.code {
            case .sessionNotFound: demand(!truth.isSigned, .truth, "\(session.id) was signed, and then forgotten")
            case .userRefused:
                // What the bridge removed itself is known by the wall clock, or by the process that was asked to.
                let mayMistake = clockHasJumped || world.hasTakenOver
                demand(
                    truth.ending == .refused || mayMistake && truth.ending == .removed, .truth,
                    "\(session.id) was not refused")
            case .timedOut: demand(truth.ending == .removed, .truth, "\(session.id) was not removed")
            default: break
            }
        case .starting, .pending, .unknown:
            break
        }
    }

    private func checkPatience(with session: Session, _ ending: SessionEnding) {
        guard let code = ending.error?.code, let began = acceptedAt[session.id] else { return }
        let rules = WatchRules()
        var age = world.now - began
        // A new process knows the deadline by the wall clock only.
        if session.epoch > 1 {
            guard !clockHasJumped else { return }
            age = world.wall - session.expiresAt + rules.timeout
        }
        age += .milliseconds(2)
        switch code {
        case .upstreamError, .upstreamUnauthorized:
            demand(age >= rules.timeout + rules.rescue, .patience, "\(session.id) after \(age)")
        case .timedOut:
            demand(age >= rules.timeout, .patience, "\(session.id) after \(age)")
        default:
            break
        }
    }
}
