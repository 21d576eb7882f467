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
            world.witness.polls(session, from: self)
            send({ [world] in world.upstream.status(of: token, answer: $0) }) { [self] answer in
                let reply = PollReply(answer, kind: session.kind)
                world.witness.polled(session, reply, from: self)
                switch (world.mutation, reply) {
                case (.faultEnds, .fault): perform(.end(handle, session, .unknown(SessionError(.upstreamError))))
                case (.pollsAtOnce, .waiting): perform(effect)
                case (.ignoresRetryAfter, .fault(let fault, let code, _)):
                    drive { $0.polled(handle, .fault(fault, upstreamCode: code, retryAfter: nil), at: $1) }
                default: drive { $0.polled(handle, reply, at: $1) }
                }
            }
        case .remove(let handle, let session):
            guard let token = session.token else { return }
            world.note("remove", session.id.rawValue)
            world.witness.ends(session.id, by: self)
            send({ [world] in world.upstream.remove(token, answer: $0) }) { [self] answer in
                drive { $0.removalEnded(handle, RemoveReply(answer), at: $1) }
            }
        case .end(let handle, let session, let outcome):
            make(finalCommit(outcome, of: session), of: session) { [self] in
                drive { (watcher: inout Watcher, _) in watcher.forget(handle) }
                for waiter in waiters.removeValue(forKey: session.id) ?? [] { waiter() }
            }
        case .grantStart(let ticket):
            permits.removeValue(forKey: ticket)?(ticket)
        case .refuseStart(let ticket):
            permits.removeValue(forKey: ticket)?(nil)
        }
    }

    /// The final write of a session.
    func finalCommit(_ outcome: Outcome, of session: Session, answer: KeptAnswer? = nil) -> FinalCommit {
        let wall = world.wall
        let isOverdue = cancelled.contains(session.id) && outcome.error?.code == .timedOut
        world.witness.demand(!isOverdue, .cancelled, "\(session.id)")
        let outcome = world.mutation == .endsUnknown ? .unknown(SessionError(.requestRejected)) : outcome
        if world.mutation == .tellsEarly { told[session.id] = outcome.status }
        world.note("ends", session.id.rawValue, "\(outcome.status) \(outcome.error?.code.rawValue ?? "")")
        return FinalCommit(
            outcome, of: session, at: wall, eventID: world.identifiers.make(at: wall), publicURL: nil, answer: answer,
            makeDeliveryID: { [identifiers = world.identifiers] in identifiers.make(at: wall) })
    }

    /// Commits an outcome with its event and deliveries, however long the store takes. The parts of a file come before
    /// the end that counts on them.
    func make(_ commit: FinalCommit, of session: Session, written: Int = 0, then: @escaping () -> Void) {
        if written < commit.fileChunks.count {
            return untilStored { [world] store in
                let bytes = commit.fileChunks[written]
                let isCut = world.mutation == .cutsFile && written == commit.fileChunks.count - 1
                store.writeFileChunk(written, isCut ? bytes.dropLast() : bytes, of: session.id, epoch: session.epoch)
            } then: { [self] in
                make(commit, of: session, written: written + 1, then: then)
            }
        }
        untilStored {
            $0.end(commit.ending)
        } then: { [self] due in
            made(commit, due)
            then()
        }
    }

    /// A final write is on disk.
    func made(_ commit: FinalCommit, _ due: [DueDelivery]?) {
        if let due { drive { $0.add(due, at: $1) } }
        told[commit.ending.sessionID] = nil
    }

    /// Ends a session whose start an earlier process may have sent.
    func endUnanswered(_ session: Session) {
        let (outcome, answer) = StartFlow.unanswered(session.id, PlainAnswers())
        make(finalCommit(outcome, of: session, answer: answer), of: session) {}
    }
}
