import BridgeCore
import Failpoints
import Logging
import Marksign

extension SessionService {
    /// Starts a session at Marksign: sent at most once, whatever happens. It goes on when the caller hangs up.
    public func start(_ command: StartCommand) async -> StartResult {
        await accept(command)
    }

    /// The start itself, in the run loop.
    func start(sending command: StartCommand) async -> StartResult {
        let now = environment.now()
        let session = Session(
            id: environment.identifier(), clientID: command.clientID, kind: command.payload.kind,
            method: command.method, status: .starting, token: nil, createdAt: now.wall,
            expiresAt: now.wall + settings.rules.timeout, metadata: command.metadata)
        let generation = generation
        noteStarting(session.id)
        var flow = flow(of: session, requestID: command.requestID)
        var step = flow.first
        while true {
            switch step {
            case .begin(let session):
                Failpoint.hit(.startAccepted)
                step = flow.begun(await begin(session, command, at: now.wall))
            case .requestPermit:
                Failpoint.hit(.startStored)
                let ticket = await permitToStart(for: command.clientID, of: generation)
                step = flow.permitted(ticket, at: environment.now().tick)
            case .send(let ticket):
                let began = environment.now()
                let reply = await upstream.start(command.payload, by: command.signer, method: command.method)
                Failpoint.hit(.startAnswered)
                metrics.sent(.start, took: environment.now().tick - began.tick)
                drive { $0.startEnded(ticket, fault: reply.isFault, at: $1) }
                note(reply, of: session, requestID: command.requestID)
                step = flow.replied(reply, at: environment.now())
            case .complete(let session, let answer):
                step = flow.completed(await complete(session, answer), at: environment.now().tick)
            case .abandon(let session, let answer):
                step = flow.abandoned(await abandon(session, answer), at: environment.now().tick)
            case .wait(let duration):
                let isCut = await isCut(waiting: duration)
                step = flow.waited(isCut: isCut, at: environment.now().tick)
            case .answer(let result):
                noteStarted(session.id)
                return result
            case .open(let session, let answer):
                Failpoint.hit(.startCompleted)
                open(session, startedElsewhere: false, of: generation)
                noteStarted(session.id)
                return .answered(answer)
            case .end(let commit):
                step = flow.ended(await end(session, commit), at: environment.now().tick)
            case .leave(let result, let session, let leftover):
                finishLater(session, leftover)
                return result
            }
        }
    }

    /// Ends a session whose start an earlier process may have sent.
    func endUnanswered(_ session: Session) async {
        let (outcome, answer) = StartFlow.unanswered(session.id, answers)
        await finish(session, .end(finalCommit(outcome, of: session, answer: answer)))
    }

    /// Writes what is left of a start, however long the store takes.
    func finish(_ session: Session, _ leftover: StartFlow.Leftover) async {
        defer { noteStarted(session.id) }
        switch leftover {
        case .removal(let answer):
            _ = await untilStored { store throws(StoreError) in
                try await store.abandonStart(session.id, epoch: session.epoch, answer: answer)
            }
        case .end(let commit):
            if await make(commit, of: session) { waiters.notify(session.id) }
        }
    }

    private func flow(of session: Session, requestID: String) -> StartFlow {
        StartFlow(
            of: session, requestID: requestID, answers: answers, rules: settings.rules,
            patience: settings.commitPatience,
            makeCommit: { outcome, answer in self.finalCommit(outcome, of: session, answer: answer) })
    }

    private func begin(
        _ session: Session, _ command: StartCommand, at time: Timestamp
    ) async -> Result<Keyed<Void>, StoreError> {
        let result = await Result(awaiting: { () throws(StoreError) in
            try await store.beginStart(session, key: command.key, at: time)
        })
        switch result {
        case .success(.done): alarms.set(.storeFailing, false)
        case .success(.notFree): break
        case .failure(let error): refused(error)
        }
        return result
    }

    private func complete(_ session: Session, _ answer: KeptAnswer) async -> Result<Bool, StoreError> {
        let result = await Result(awaiting: { () throws(StoreError) in
            try await store.completeStart(session, answer: answer)
        })
        switch result {
        case .success(true): break
        case .success(false):
            logger.error("Marksign gave a token that is watched", metadata: ["session.id": "\(session.id)"])
        case .failure(let error): refused(error)
        }
        return result
    }

    private func end(_ session: Session, _ commit: FinalCommit) async -> Result<Void, StoreError> {
        let result = await Result(awaiting: { () throws(StoreError) in try await store.end(commit.ending) })
        switch result {
        case .success(let due):
            told(commit, of: session, due: due)
            waiters.notify(session.id)
        case .failure(let error): refused(error)
        }
        return result.map { _ in }
    }

    private func abandon(_ session: Session, _ answer: KeptAnswer?) async -> Result<Bool, StoreError> {
        let result = await Result(awaiting: { () throws(StoreError) in
            try await store.abandonStart(session.id, epoch: session.epoch, answer: answer)
        })
        if case .failure(let error) = result { refused(error) }
        return result
    }

    private func note(_ reply: StartReply, of session: Session, requestID: String) {
        let reason: String
        switch reply {
        case .started, .refused:
            // What Marksign says of a request, it says to a token that it knows.
            alarms.set(.upstreamUnauthorized, false)
            outage.answered()
            return
        case .unauthorized(let upstreamCode):
            alarms.set(.upstreamUnauthorized, true, ["upstream_code": "\(upstreamCode.map(String.init) ?? "none")"])
            return
        case .lost(let fault):
            logger.error(
                "The answer to a start is lost",
                metadata: ["session.id": "\(session.id)", "fault": "\(fault)", "request.id": "\(requestID)"])
            return
        case .upstreamError(let code): reason = "upstream error \(code.map(String.init) ?? "without a code")"
        case .notSent(let fault): reason = "not sent: \(fault.rawValue)"
        case .busy: reason = "busy"
        }
        logger.warning("A start came to nothing", metadata: ["request.id": "\(requestID)", "fault": "\(reason)"])
    }
}
