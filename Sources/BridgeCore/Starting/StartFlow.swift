import Marksign

/// The life of one start: committed, sent at most once, and settled by what Marksign answers.
///
/// Its permit is asked for after the commit, so that it goes out the moment it is counted: behind a slow store, starts
/// would otherwise gather and go out together. And the caller is told what is on disk, or nothing: no answer of this
/// process is taken back by the next one. A pure machine: the shell performs a step, and asks for the next with how
/// that went.
public struct StartFlow {
    /// What to do next.
    public enum Step: Sendable {
        /// Commit the session in `starting`; then ``StartFlow/begun(_:)``.
        case begin(Session)
        /// Ask the watcher for a permit; then ``StartFlow/permitted(_:at:)``.
        case requestPermit
        /// Send the start, once, and give the permit back; then ``StartFlow/replied(_:at:)``.
        case send(StartTicket)
        /// Store what Marksign gave; then ``StartFlow/completed(_:at:)``.
        case complete(Session, KeptAnswer)
        /// Remove the session, its key keeping the answer; then ``StartFlow/abandoned(_:at:)``.
        case abandon(Session, KeptAnswer?)
        /// Wait; then ``StartFlow/waited(isCut:)``.
        case wait(Duration)
        /// Tell the caller.
        case answer(StartResult)
        /// Watch the session, and tell the caller.
        case open(Session, KeptAnswer)
        /// Commit that nobody knows what became of the start; then ``StartFlow/ended(_:at:)``.
        case end(FinalCommit)
        /// Tell the caller, and go on with what is left, however long that takes.
        case leave(StartResult, Session, Leftover)
    }

    /// What the store did not take while the caller waited.
    public enum Leftover: Sendable {
        /// The session is to be removed, its key keeping the answer.
        case removal(KeptAnswer?)
        /// The session is to end.
        case end(FinalCommit)
    }

    private let starting: Session
    private let requestID: String
    private let answers: any AnswerRenderer
    private let rules: WatchRules
    private let patience: Duration
    private let makeCommit: MakeCommit
    private var write: Write?

    /// Makes the final write of the session.
    public typealias MakeCommit = (Outcome, KeptAnswer) -> FinalCommit

    /// What has to be on disk before the caller is told.
    private struct Write: Sendable {
        enum Kind: Sendable {
            case complete(Session, KeptAnswer)
            case abandon(KeptAnswer?, StartResult)
            case end(FinalCommit, KeptAnswer)
        }

        let kind: Kind
        let deadline: Tick
        var retry = WriteRetry(first: .milliseconds(50), longest: .seconds(1))
    }

    /// A start.
    ///
    /// - Parameters:
    ///   - session: The session in `starting`.
    ///   - requestID: The id of the caller's request.
    ///   - patience: How long the caller waits for the store after Marksign has answered.
    ///   - makeCommit: Asked once at most: a write that is repeated is the same write.
    public init(
        of session: Session, requestID: String, answers: any AnswerRenderer, rules: WatchRules, patience: Duration,
        makeCommit: @escaping MakeCommit
    ) {
        starting = session
        self.requestID = requestID
        self.answers = answers
        self.rules = rules
        self.patience = patience
        self.makeCommit = makeCommit
    }

    /// The first step.
    public var first: Step { .begin(starting) }

    /// The commit in `starting` was tried.
    public func begun(_ result: Result<Keyed<Void>, StoreError>) -> Step {
        switch result {
        case .success(.done): .requestPermit
        case .success(.notFree(let state)): .answer(.keyNotFree(state))
        case .failure: .answer(.storeUnavailable)
        }
    }

    /// The permit was given, or is `nil`: there is no room for the start.
    public mutating func permitted(_ ticket: StartTicket?, at now: Tick) -> Step {
        ticket.map { .send($0) } ?? abandon(telling: .notNow, at: now)
    }

    /// Marksign answered, or did not.
    public mutating func replied(_ reply: StartReply, at now: Moment) -> Step {
        switch reply {
        case .started(let token, let controlCode):
            return complete(token, controlCode, at: now)
        case .refused(let code, let upstreamCode):
            let answer = answers.refused(code: code.rawValue, upstreamCode: upstreamCode, requestID: requestID)
            return abandon(keeping: answer, telling: .answered(answer), at: now.tick)
        case .unauthorized(let upstreamCode):
            return abandon(telling: .upstreamUnauthorized(upstreamCode: upstreamCode), at: now.tick)
        case .upstreamError(let upstreamCode):
            return abandon(telling: .upstreamError(upstreamCode: upstreamCode), at: now.tick)
        case .notSent:
            return abandon(telling: .notNow, at: now.tick)
        case .busy(let retryAfter):
            let asked = retryAfter?.delay(now: Int(now.wall.seconds)) ?? .seconds(5)
            let wait = min(max(asked, .seconds(1)), rules.retryAfter.upperBound)
            return abandon(telling: .unavailable(retryAfter: wait), at: now.tick)
        case .lost:
            return end(until: now.tick + patience)
        }
    }

    /// It was tried to store what Marksign gave.
    public mutating func completed(_ result: Result<Bool, StoreError>, at now: Tick) -> Step {
        guard case .complete(let session, let answer) = write?.kind else { return end(until: now) }
        switch result {
        case .success(true): return .open(session, answer)
        case .success(false): return end(until: now + patience)
        // Whether it is on disk is what the next process will see.
        case .failure(.fatal): return .answer(.storeUnavailable)
        case .failure(let error): return wait(after: error, at: now).map { .wait($0) } ?? end(until: now)
        }
    }

    /// It was tried to remove the session.
    public mutating func abandoned(_ result: Result<Bool, StoreError>, at now: Tick) -> Step {
        guard case .abandon(_, let told) = write?.kind else { return .answer(.storeUnavailable) }
        switch result {
        case .success(true): return .answer(told)
        // Another took it over, and ended it as lost: that is what its key says now.
        case .success(false): return .answer(.answered(unanswered.answer))
        case .failure(let error): return wait(after: error, at: now).map { .wait($0) } ?? leave
        }
    }

    /// It was tried to commit that nobody knows what became of the start.
    public mutating func ended(_ result: Result<Void, StoreError>, at now: Tick) -> Step {
        guard case .end(_, let answer) = write?.kind else { return .answer(.storeUnavailable) }
        switch result {
        case .success: return .answer(.answered(answer))
        case .failure(let error): return wait(after: error, at: now).map { .wait($0) } ?? leave
        }
    }

    /// A wait is over. `isCut`: the process ends. What Marksign gave counts as lost then, if it was not stored.
    public mutating func waited(isCut: Bool, at now: Tick) -> Step {
        switch write?.kind {
        case .complete(let session, let answer): isCut ? end(until: now) : .complete(session, answer)
        case .abandon(let answer, _): isCut ? leave : .abandon(starting, answer)
        case .end(let commit, _): isCut ? leave : .end(commit)
        case nil: .answer(.storeUnavailable)
        }
    }

    /// How a session ends whose start was sent, and nobody knows what became of it: it is never sent again.
    public static func unanswered(
        _ session: SessionID, _ answers: any AnswerRenderer
    ) -> (outcome: Outcome, answer: KeptAnswer) {
        (.unknown(SessionError(.startUnknown)), answers.startUnknown(session))
    }

    private var unanswered: (outcome: Outcome, answer: KeptAnswer) { Self.unanswered(starting.id, answers) }

    /// Marksign started it: the token must be on disk before anyone is told. When the store does not take it in time,
    /// the start counts as lost, which is also what the next process would make of it.
    private mutating func complete(_ token: SessionToken, _ controlCode: String, at now: Moment) -> Step {
        let session = Session(
            id: starting.id, clientID: starting.clientID, kind: starting.kind, method: starting.method,
            status: .pending, token: token, controlCode: controlCode, createdAt: starting.createdAt,
            expiresAt: now.wall + rules.timeout, metadata: starting.metadata, epoch: starting.epoch)
        let answer = answers.started(session)
        write = Write(kind: .complete(session, answer), deadline: now.tick + patience)
        return .complete(session, answer)
    }

    /// The start came to nothing: that is told when nothing of it is left but its answer. The next process would make
    /// another thing of what it finds.
    private mutating func abandon(keeping answer: KeptAnswer? = nil, telling told: StartResult, at now: Tick) -> Step {
        write = Write(kind: .abandon(answer, told), deadline: now + patience)
        return .abandon(starting, answer)
    }

    /// The start counts as lost.
    private mutating func end(until deadline: Tick) -> Step {
        let (outcome, answer) = unanswered
        let commit = makeCommit(outcome, answer)
        write = Write(kind: .end(commit, answer), deadline: deadline)
        return .end(commit)
    }

    /// The caller has waited long enough. That a start is lost stands before it is on disk: the next process comes to
    /// the same. Of any other answer it would make another thing.
    private var leave: Step {
        switch write?.kind {
        case .abandon(let answer, _): .leave(.storeUnavailable, starting, .removal(answer))
        case .end(let commit, let answer): .leave(.answered(answer), starting, .end(commit))
        case .complete, nil: .answer(.storeUnavailable)
        }
    }

    /// How long to wait before the write is tried again; `nil` when it is not, or not for the caller.
    private mutating func wait(after error: StoreError, at now: Tick) -> Duration? {
        guard let deadline = write?.deadline, now < deadline else { return nil }
        return write?.retry.wait(after: error)
    }
}

extension StartReply {
    /// Whether the answer speaks against the upstream.
    public var isFault: Bool {
        switch self {
        case .started, .refused: false
        case .unauthorized, .upstreamError, .notSent, .busy, .lost: true
        }
    }
}
