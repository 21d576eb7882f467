import Marksign

/// The life of one start: committed, sent at most once, and settled by what Marksign answers.
///
/// Its permit is asked for after the commit, so that it goes out the moment it is counted: behind a slow store, starts
/// would otherwise gather and go out together. A pure machine: the shell performs a step, and asks for the next with how that went.
public struct StartFlow: Sendable {
    /// What to do next.
    public enum Step: Sendable {
        /// Commit the session in `starting`; then ``StartFlow/begun(_:)``.
        case begin(Session)
        /// Tell the caller: nothing was sent, and nothing is stored.
        case decline(StartResult)
        /// Ask the watcher for a permit; then ``StartFlow/permitted(_:)``.
        case requestPermit
        /// Send the start, once, and give the permit back; then ``StartFlow/replied(_:at:)``.
        case send(StartTicket)
        /// Store what Marksign gave; then ``StartFlow/completed(_:at:)``.
        case complete(Session, KeptAnswer)
        /// Wait; then ``StartFlow/waited(isCut:)``.
        case wait(Duration)
        /// Watch the session, and tell the caller.
        case open(Session, KeptAnswer)
        /// Remove the session, however long that takes; the caller is told after the first try.
        case abandon(Session, KeptAnswer?, StartResult)
        /// Commit the outcome until it is on disk. The answer stands before: a later process comes to the same.
        case end(Session, Outcome, KeptAnswer)
    }

    private let starting: Session
    private let requestID: String
    private let answers: any AnswerRenderer
    private let rules: WatchRules
    private let patience: Duration
    private var pending: Pending?

    /// What Marksign started, until it is stored.
    private struct Pending: Sendable {
        let session: Session
        let answer: KeptAnswer
        let deadline: Tick
        var retry = WriteRetry(first: .milliseconds(50), longest: .seconds(1))
    }

    /// A start.
    ///
    /// - Parameters:
    ///   - session: The session in `starting`.
    ///   - requestID: The id of the caller's request.
    ///   - patience: How long what Marksign gave may wait for the store before it counts as lost.
    public init(
        of session: Session, requestID: String, answers: any AnswerRenderer, rules: WatchRules, patience: Duration
    ) {
        starting = session
        self.requestID = requestID
        self.answers = answers
        self.rules = rules
        self.patience = patience
    }

    /// The first step.
    public var first: Step { .begin(starting) }

    /// The commit in `starting` was tried.
    public func begun(_ result: Result<Keyed<Void>, StoreError>) -> Step {
        switch result {
        case .success(.done): .requestPermit
        case .success(.notFree(let state)): .decline(.keyNotFree(state))
        case .failure: .decline(.storeUnavailable)
        }
    }

    /// The permit was given, or is `nil`: there is no room for the start.
    public func permitted(_ ticket: StartTicket?) -> Step {
        ticket.map { .send($0) } ?? .abandon(starting, nil, .notNow)
    }

    /// Marksign answered, or did not.
    public mutating func replied(_ reply: StartReply, at now: Moment) -> Step {
        switch reply {
        case .started(let token, let controlCode):
            return complete(token, controlCode, at: now)
        case .refused(let code, let upstreamCode):
            let answer = answers.refused(code: code.rawValue, upstreamCode: upstreamCode, requestID: requestID)
            return .abandon(starting, answer, .answered(answer))
        case .unauthorized(let upstreamCode):
            return .abandon(starting, nil, .upstreamUnauthorized(upstreamCode: upstreamCode))
        case .upstreamError(let upstreamCode):
            return .abandon(starting, nil, .upstreamError(upstreamCode: upstreamCode))
        case .notSent:
            return .abandon(starting, nil, .notNow)
        case .busy(let retryAfter):
            let asked = retryAfter?.delay(now: Int(now.wall.seconds)) ?? .seconds(5)
            let wait = min(max(asked, .seconds(1)), rules.retryAfter.upperBound)
            return .abandon(starting, nil, .unavailable(retryAfter: wait))
        case .lost:
            return unanswered
        }
    }

    /// It was tried to store what Marksign gave.
    public mutating func completed(_ result: Result<Bool, StoreError>, at now: Tick) -> Step {
        guard let pending else { return unanswered }
        switch result {
        case .success(true):
            return .open(pending.session, pending.answer)
        case .success(false):
            return unanswered
        case .failure(let error):
            guard now < pending.deadline, let wait = self.pending?.retry.wait(after: error) else { return unanswered }
            return .wait(wait)
        }
    }

    /// A wait is over. `isCut`: the process ends, and what was not stored counts as lost.
    public func waited(isCut: Bool) -> Step {
        guard !isCut, let pending else { return unanswered }
        return .complete(pending.session, pending.answer)
    }

    /// The start was sent, and nobody knows what became of it: it is never sent again.
    public var unanswered: Step {
        .end(
            starting, .unknown(SessionError(.startUnknown)),
            answers.startUnknown(starting.id, requestID: requestID))
    }

    /// Marksign started it: the token must be on disk before anyone is told. When the store does not take it in time,
    /// the start counts as lost, which is also what the next process would make of it.
    private mutating func complete(_ token: SessionToken, _ controlCode: String, at now: Moment) -> Step {
        let session = Session(
            id: starting.id, clientID: starting.clientID, kind: starting.kind, method: starting.method,
            status: .pending, token: token, controlCode: controlCode, createdAt: starting.createdAt,
            expiresAt: now.wall + rules.timeout, metadata: starting.metadata, epoch: starting.epoch)
        let answer = answers.started(session)
        pending = Pending(session: session, answer: answer, deadline: now.tick + patience)
        return .complete(session, answer)
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
