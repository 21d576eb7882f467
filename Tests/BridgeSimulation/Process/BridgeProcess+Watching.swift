import BridgeCore
import Marksign

extension BridgeProcess {
    /// Sends something to Marksign, whose answer comes to this process or to none.
    func send(
        _ request: (@escaping (Duration, UpstreamAnswer) -> Void) -> Void,
        then: @escaping (UpstreamAnswer) -> Void
    ) {
        requestsInFlight += 1
        world.witness.sends(from: self)
        request { [self] delay, answer in
            world.after(delay, in: self) { [self] in
                requestsInFlight -= 1
                then(answer)
            }
        }
    }

    func perform(_ effect: WatcherEffect) {
        switch effect {
        case .poll(let handle, let session):
            guard let token = session.token else { return }
            world.note("poll", session.id.rawValue)
            send({ [world] in world.upstream.status(of: token, answer: $0) }) { [self] answer in
                let reply = PollReply(answer, kind: session.kind)
                if world.mutation == .faultEnds, case .fault = reply {
                    return drive { $0.polled(handle, .ended(.userRefused, upstreamCode: 40020), at: $1) }
                }
                drive { $0.polled(handle, reply, at: $1) }
            }
        case .remove(let handle, let session):
            guard let token = session.token else { return }
            world.note("remove", session.id.rawValue)
            send({ [world] in world.upstream.remove(token, answer: $0) }) { [self] answer in
                drive { $0.removalEnded(handle, RemoveReply(answer), at: $1) }
            }
        case .end(let handle, let session, let outcome):
            commit(outcome, of: session) { [self] in
                drive { (watcher: inout Watcher, _) in watcher.forget(handle) }
                for waiter in waiters.removeValue(forKey: session.id) ?? [] { waiter() }
            }
        case .grantStart(let ticket):
            permits.removeValue(forKey: ticket)?(ticket)
        case .refuseStart(let ticket):
            permits.removeValue(forKey: ticket)?(nil)
        }
    }

    /// Commits an outcome with its event and deliveries, however long the store takes.
    func commit(
        _ outcome: Outcome, of session: Session, answer: KeptAnswer? = nil, then: @escaping () -> Void
    ) {
        let wall = world.wall
        let commit = FinalCommit(
            outcome, of: session, at: wall, eventID: world.identifiers.make(at: wall), publicURL: nil, answer: answer,
            makeDeliveryID: { [identifiers = world.identifiers] in identifiers.make(at: wall) })
        world.note("ends", session.id.rawValue, "\(outcome.status) \(outcome.error?.code.rawValue ?? "")")
        if !commit.fileChunks.isEmpty {
            untilStored { store in
                store.writeFileChunk(of: session.id, epoch: session.epoch)
            } then: { [self] in
                finish(commit, then: then)
            }
        } else {
            finish(commit, then: then)
        }
    }

    private func finish(_ commit: FinalCommit, then: @escaping () -> Void) {
        untilStored {
            $0.end(commit.ending)
        } then: { [self] due in
            if let due { drive { $0.add(due, at: $1) } }
            then()
        }
    }

    /// Ends a session whose start an earlier process may have sent.
    func endUnanswered(_ session: Session) {
        let flow = StartFlow(
            of: session, requestID: session.id.rawValue, answers: PlainAnswers(), rules: rules, patience: .zero)
        guard case .end(_, let outcome, let answer) = flow.unanswered else { return }
        commit(outcome, of: session, answer: answer) {}
    }
}
