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
        guard let ticket = await permitToStart(for: command.clientID) else {
            return .unavailable(retryAfter: .seconds(5))
        }
        let now = environment.now()
        let session = Session(
            id: environment.identifier(), clientID: command.clientID, kind: command.payload.kind,
            method: command.method, status: .starting, token: nil, createdAt: now.wall,
            expiresAt: now.wall + settings.rules.timeout, metadata: command.metadata)
        Failpoint.hit(.startAccepted)
        do {
            let begun = try await store.beginStart(session, owner: settings.owner, key: command.key, at: now.wall)
            if case .notFree(let state) = begun {
                drive { $0.startEnded(ticket, fault: nil, at: $1) }
                return .keyNotFree(state)
            }
        } catch {
            refused(error)
            drive { $0.startEnded(ticket, fault: nil, at: $1) }
            return .storeUnavailable
        }
        alarms.set(.storeFailing, false)
        Failpoint.hit(.startStored)
        let reply = await upstream.start(command.payload, by: command.signer, method: command.method)
        Failpoint.hit(.startAnswered)
        metrics.sent(.start, took: environment.now().tick - now.tick)
        drive { $0.startEnded(ticket, fault: reply.isFault, at: $1) }
        return await settle(session, reply, requestID: command.requestID)
    }

    private func settle(_ session: Session, _ reply: StartReply, requestID: String) async -> StartResult {
        note(reply, requestID: requestID)
        switch reply {
        case .started(let token, let controlCode):
            return await started(session, token, controlCode, requestID: requestID)
        case .refused(let code, let upstreamCode):
            let answer = answers.refused(code: code.rawValue, upstreamCode: upstreamCode, requestID: requestID)
            await abandon(session, answer: answer)
            return .answered(answer)
        case .unauthorized(let upstreamCode):
            alarms.set(.upstreamUnauthorized, true, ["upstream_code": "\(upstreamCode.map(String.init) ?? "none")"])
            await abandon(session, answer: nil)
            return .upstreamUnauthorized(upstreamCode: upstreamCode)
        case .upstreamError(let upstreamCode):
            await abandon(session, answer: nil)
            return .upstreamError(upstreamCode: upstreamCode)
        case .notSent:
            await abandon(session, answer: nil)
            return .unavailable(retryAfter: .seconds(5))
        case .busy(let retryAfter):
            await abandon(session, answer: nil)
            let asked = retryAfter?.delay(now: Int(environment.now().wall.seconds)) ?? .seconds(5)
            return .unavailable(retryAfter: min(max(asked, .seconds(1)), settings.rules.retryAfter.upperBound))
        case .lost(let fault):
            logger.error(
                "The answer to a start is lost",
                metadata: ["session.id": "\(session.id)", "fault": "\(fault)", "request.id": "\(requestID)"])
            return .answered(await endUnanswered(session, requestID: requestID))
        }
    }

    private func note(_ reply: StartReply, requestID: String) {
        let reason: String
        switch reply {
        case .started, .refused:
            // What Marksign says of a request, it says to a token that it knows.
            alarms.set(.upstreamUnauthorized, false)
            outage.answered()
            return
        case .unauthorized, .lost: return
        case .upstreamError(let code): reason = "upstream error \(code.map(String.init) ?? "without a code")"
        case .notSent(let fault): reason = "not sent: \(fault.rawValue)"
        case .busy: reason = "busy"
        }
        logger.warning("A start came to nothing", metadata: ["request.id": "\(requestID)", "fault": "\(reason)"])
    }

    /// Marksign started it: the token must be on disk before anyone is told. When the store does not take it in time,
    /// the start counts as lost, which is also what the next process would make of it.
    private func started(
        _ starting: Session, _ token: SessionToken, _ controlCode: String, requestID: String
    ) async -> StartResult {
        let acceptedAt = environment.now()
        let pending = Session(
            id: starting.id, clientID: starting.clientID, kind: starting.kind, method: starting.method,
            status: .pending, token: token, controlCode: controlCode, createdAt: starting.createdAt,
            expiresAt: acceptedAt.wall + settings.rules.timeout, metadata: starting.metadata, epoch: starting.epoch)
        let answer = answers.started(pending)
        let deadline = acceptedAt.tick + settings.commitPatience
        var wait = Duration.milliseconds(50)
        while true {
            do {
                guard try await store.completeStart(pending, answer: answer) else {
                    logger.error("Marksign gave a token that is watched", metadata: ["session.id": "\(starting.id)"])
                    break
                }
                Failpoint.hit(.startCompleted)
                drive { $0.open(pending, startedElsewhere: false, at: $1) }
                return .answered(answer)
            } catch {
                refused(error)
                guard case .unavailable = error, environment.now().tick < deadline else { break }
                // A shutdown ends the wait, and what was not stored counts as lost.
                do { try await Task.sleep(for: wait) } catch { break }
                wait = min(wait * 2, .seconds(1))
            }
        }
        return .answered(await endUnanswered(starting, requestID: requestID))
    }

    /// Ends a session whose start was sent and not answered. The answer stands before the store has taken it: a later
    /// process comes to the same.
    @discardableResult
    func endUnanswered(_ session: Session, requestID: String) async -> KeptAnswer {
        let answer = answers.startUnknown(session.id, requestID: requestID)
        if await commit(.unknown(SessionError(.startUnknown)), of: session, answer: answer) {
            waiters.notify(session.id)
        }
        return answer
    }

    /// Removes a start that came to nothing. The caller does not wait for a store that refuses; the run loop goes on.
    private func abandon(_ session: Session, answer: KeptAnswer?) async {
        do {
            try await store.abandonStart(session.id, epoch: session.epoch, answer: answer)
        } catch {
            refused(error)
            goOnAbandoning(session, answer: answer)
        }
    }
}

extension StartReply {
    /// Whether the answer speaks against the upstream; `nil` when it says nothing.
    var isFault: Bool? {
        switch self {
        case .started, .refused: false
        case .unauthorized, .upstreamError, .notSent, .busy, .lost: true
        }
    }
}
