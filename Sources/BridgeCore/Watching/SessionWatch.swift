import Marksign

/// The life of one open session: what its answers lead to. This is the one place where an answer to a poll becomes
/// an outcome.
public struct SessionWatch: Sendable {
    /// What to do next.
    public enum Step: Sendable {
        /// Ask for the status at that time.
        case poll(at: Tick)
        /// Remove the session at Marksign at that time.
        case remove(at: Tick)
        /// It is over.
        case end(Outcome)
    }

    /// Why a session is removed at Marksign.
    enum Ending: Sendable, Equatable {
        case timeout
        case cancel
    }

    private enum Phase: Sendable, Equatable {
        case polling
        case removing(Ending, tries: Int)
        case lastPoll(Ending, removed: Bool)
    }

    private let startedAt: Tick
    private let isResumed: Bool
    private let deadline: Tick
    /// When faults are waited for no longer.
    let giveUpAt: Tick

    private var phase = Phase.polling
    private var faultsInARow = 0
    private var tokenRefused = false
    /// Whether the session may have ended without the bridge seeing it: a poll said `waiting`, or its answer was lost.
    private var mayHaveEndedUnseen: Bool
    private var missingSince: Tick?
    private var sawInvalidResult = false

    /// - Parameters:
    ///   - startedAt: When the session was accepted; before `now` after a restart.
    ///   - resumed: Whether an earlier process watched it: the answer to a poll may then have been lost with it.
    init(startedAt: Tick, deadline: Tick, resumed: Bool, rules: WatchRules) {
        self.startedAt = startedAt
        self.deadline = deadline
        giveUpAt = deadline + rules.rescue
        isResumed = resumed
        mayHaveEndedUnseen = resumed
    }

    /// When a removal that was not confirmed is tried again.
    private static let removalRetries: [Duration] = [.seconds(1), .seconds(2), .seconds(4)]

    /// Why the session is being ended by the bridge, if it is.
    var ending: Ending? {
        switch phase {
        case .polling: nil
        case .removing(let ending, _), .lastPoll(let ending, _): ending
        }
    }

    /// Whether the last answer was a fault.
    var isFaulty: Bool { faultsInARow > 0 }

    // MARK: Inputs

    /// The client wants it cancelled.
    mutating func cancel(at now: Tick) -> Step {
        switch phase {
        case .polling, .removing:
            phase = .removing(.cancel, tries: 0)
            return .remove(at: now)
        case .lastPoll(_, let removed):
            phase = .lastPoll(.cancel, removed: removed)
            return .poll(at: now)
        }
    }

    /// Marksign answered a poll, or could not be asked.
    mutating func polled(_ reply: PollReply, at now: Moment, rules: WatchRules, jitter: Double) -> Step {
        switch reply {
        case .completed(let result):
            return .end(.completed(result))
        case .ended(let reason, let code):
            // Removing may itself show as a cancelled session without a code; a refusal has one.
            if reason == .userRefused, code == nil {
                if ending != nil { return concluded(at: now.tick) }
                // Its time was over while an earlier process watched: that one has removed it.
                if isResumed, now.tick >= deadline { return .end(.failed(SessionError(.timedOut))) }
            }
            return .end(.failed(SessionError(SessionErrorCode(reason), upstreamCode: code)))
        case .invalidResult:
            if sawInvalidResult { return .end(.unknown(SessionError(.invalidResult))) }
            sawInvalidResult = true
            return .poll(at: now.tick + rules.interval)
        case .rejected(let code):
            if ending != nil { return concluded(at: now.tick) }
            return .end(.unknown(SessionError(.requestRejected, upstreamCode: code)))
        case .notFound(let code):
            return notFound(code, at: now.tick, rules: rules)
        case .waiting:
            return waiting(at: now.tick, rules: rules, jitter: jitter)
        case .unauthorized:
            tokenRefused = true
            return faulted(wait: rules.unauthorizedInterval, at: now.tick, rules: rules, jitter: jitter)
        case .fault(_, _, let retryAfter):
            tokenRefused = false
            let asked = retryAfter.map { retryAfter in
                min(
                    max(retryAfter.delay(now: Int(now.wall.seconds)), rules.retryAfter.lowerBound),
                    rules.retryAfter.upperBound)
            }
            return faulted(
                wait: rules.backoff(afterFaults: faultsInARow + 1), asked: asked ?? .zero, at: now.tick, rules: rules,
                jitter: jitter)
        }
    }

    /// Marksign answered a removal, or could not be asked.
    mutating func removed(_ reply: RemoveReply, at now: Tick) -> Step {
        guard case .removing(let ending, let tries) = phase else { return .poll(at: now) }
        switch reply {
        case .removed:
            phase = .lastPoll(ending, removed: true)
        case .unconfirmed where tries < Self.removalRetries.count:
            // While it is not removed, the signer may still sign.
            phase = .removing(ending, tries: tries + 1)
            return .remove(at: now + Self.removalRetries[tries])
        case .unconfirmed:
            phase = .lastPoll(ending, removed: false)
        }
        return .poll(at: now)
    }

    /// Marksign could not be asked until the session's time was over. That holds for a cancelled session too: nobody
    /// knows whether it was signed before.
    func outOfTime() -> Outcome {
        if ending == .timeout { return .unknown(SessionError(.timedOut)) }
        return .unknown(SessionError(tokenRefused ? .upstreamUnauthorized : .upstreamError))
    }

    // MARK: Decisions

    private mutating func waiting(at now: Tick, rules: WatchRules, jitter: Double) -> Step {
        mayHaveEndedUnseen = true
        faultsInARow = 0
        tokenRefused = false
        missingSince = nil
        switch phase {
        case .removing: return .remove(at: now)
        case .lastPoll: return concluded(at: now)
        case .polling: break
        }
        if now >= deadline {
            phase = .removing(.timeout, tries: 0)
            return .remove(at: now)
        }
        let gap = rules.interval(atAge: now - startedAt) * (1 + rules.jitter * (2 * jitter - 1))
        return .poll(at: min(now + gap, deadline))
    }

    private mutating func notFound(_ code: Int, at now: Tick, rules: WatchRules) -> Step {
        if case .removing = phase { return .remove(at: now) }
        if ending != nil { return concluded(at: now) }
        // It was `ok` before, so it ended well: only its result is lost.
        if sawInvalidResult { return .end(.unknown(SessionError(.invalidResult))) }
        faultsInARow = 0
        guard let since = missingSince, now - since >= rules.missingConfirmation else {
            let first = missingSince ?? now
            missingSince = first
            return .poll(at: first + rules.missingConfirmation)
        }
        let error = SessionError(.sessionNotFound, upstreamCode: code)
        return .end(mayHaveEndedUnseen ? .unknown(error) : .failed(error))
    }

    private mutating func faulted(
        wait: Duration, asked: Duration = .zero, at now: Tick, rules: WatchRules, jitter: Double
    ) -> Step {
        mayHaveEndedUnseen = true
        faultsInARow += 1
        if case .removing = phase { return .remove(at: now) }
        guard now < giveUpAt else { return .end(outOfTime()) }
        // A last poll at the limit, but none before Marksign wants it: then the time runs out without one.
        let moved = max(wait, asked) * (1 + 2 * rules.jitter * jitter)
        return .poll(at: max(min(now + moved, giveUpAt), now + asked))
    }

    /// The last poll showed no signature.
    private func concluded(at now: Tick) -> Step {
        switch phase {
        case .lastPoll(.cancel, _), .removing(.cancel, _): .end(.cancelled)
        case .lastPoll(.timeout, removed: true): .end(.failed(SessionError(.timedOut)))
        case .lastPoll(.timeout, removed: false), .removing(.timeout, _): .end(.unknown(SessionError(.timedOut)))
        case .polling: .poll(at: now)
        }
    }
}
