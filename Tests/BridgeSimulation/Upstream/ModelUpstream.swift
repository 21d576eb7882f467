import BridgeCore
import Marksign

/// Marksign as the bridge meets it: its sessions, its answers as bytes, and its faults.
final class ModelUpstream {
    unowned var world: World!
    private(set) var sessions: [SessionToken: SigningModel] = [:]
    private var tokens = 0

    // MARK: Requests

    /// A start arrives, or does not. `key` is under what the client asked for it.
    func start(kind: SigningKind, key: KeyName?, answer: @escaping (Duration, UpstreamAnswer) -> Void) {
        let time = world.chance.duration(.milliseconds(20)...(.milliseconds(800)))
        if let fault = faultBefore(isStart: true) { return answer(time, fault) }
        if world.befalls(.startRefused) { return answer(time, .error(40401)) }
        let token = begin(kind)
        world.witness.created(under: key)
        if let (delay, fault) = faultAfter(limit: .seconds(90)) { return answer(delay, fault) }
        let body = #"{"status":"ok","token":"\#(token.rawValue)","control_code":"1234"}"#
        answer(slowed(time), .json(body))
    }

    /// A session that a client began by itself.
    func begin(_ kind: SigningKind) -> SessionToken {
        tokens += 1
        let number = String(tokens)
        // Sixteen characters, so that it is base64 too.
        let token = SessionToken(String(repeating: "A", count: 16 - number.count) + number)!
        let now = world.now
        let late = world.befalls(.sessionLate) ? world.chance.duration(.zero...(.milliseconds(3500))) : .zero
        sessions[token] = SigningModel(
            kind: kind == .document ? .document : .hash, createdAt: now, plan: planSigner(),
            visibleFrom: now + late, isForgotten: world.befalls(.sessionForgotten),
            missingResults: world.befalls(.resultMissing) ? world.chance.number(1...3) : 0,
            removalShows: world.chance.happens(0.5))
        world.note("created", token.rawValue)
        return token
    }

    func status(of token: SessionToken, answer: @escaping (Duration, UpstreamAnswer) -> Void) {
        let time = world.chance.duration(.milliseconds(5)...(.milliseconds(300)))
        if let fault = faultBefore(isStart: false) { return answer(time, fault) }
        let reply = present(token)
        if let (delay, fault) = faultAfter(limit: .seconds(20)) { return answer(delay, fault) }
        answer(slowed(time), reply)
    }

    func remove(_ token: SessionToken, answer: @escaping (Duration, UpstreamAnswer) -> Void) {
        let time = world.chance.duration(.milliseconds(5)...(.milliseconds(300)))
        if let fault = faultBefore(isStart: false) { return answer(time, fault) }
        let isRemoved = !world.befalls(.removalRefused) && sessions[token]?.remove(at: world.now) == true
        if let (delay, fault) = faultAfter(limit: .seconds(20)) { return answer(delay, fault) }
        answer(slowed(time), isRemoved ? .json(#"{"status":"ok"}"#) : .error(40402))
    }

    // MARK: Answers

    private func present(_ token: SessionToken) -> UpstreamAnswer {
        guard var session = sessions[token], session.visibleFrom <= world.now else { return .error(40402) }
        session.asked(at: world.now)
        defer { sessions[token] = session }
        guard let ending = session.ending else {
            if world.befalls(.upstreamUnknownStatus) { return .json(#"{"status":"thinking"}"#) }
            return .json(#"{"status":"waiting"}"#)
        }
        if session.wasTold, session.isForgotten { return .error(40402) }
        session.wasTold = true
        switch ending {
        case .refused: return .error(40020)
        case .expired: return .error(40021)
        case .removed: return session.removalShows ? .json(#"{"status":"canceled"}"#) : .error(40402)
        case .signed:
            if session.missingResults > 0 {
                session.missingResults -= 1
                return .json(#"{"status":"ok"}"#)
            }
            switch session.kind {
            case .hash: return .json(#"{"status":"ok","signature_value":"\#(token.rawValue)"}"#)
            case .document:
                return .json(#"{"status":"ok","file":{"name":"a.pdf","content":"\#(token.rawValue)"}}"#)
            }
        }
    }

    /// What the signer will do.
    private func planSigner() -> (ending: SigningModel.Ending, at: Tick)? {
        if world.befalls(.signerNeverAnswers) {
            return world.chance.happens(0.5) ? nil : (.expired, world.now + .seconds(90))
        }
        let time = world.now + world.chance.duration(.seconds(2)...(.seconds(70)))
        return world.chance.happens(0.8) ? (.signed, time) : (.refused, time)
    }

    /// What keeps a request from being understood at all.
    private func faultBefore(isStart: Bool) -> UpstreamAnswer? {
        if world.lasts(.upstreamDown) || world.befalls(.upstreamUnreachable) {
            return .transport(world.chance.pick([.resolve, .connect, .tls]), requestSent: false)
        }
        if world.lasts(.tokenRevoked) || world.befalls(.upstreamUnauthorized) { return .error(40003, status: 401) }
        if world.lasts(.upstreamThrottles) || world.befalls(.upstreamBusy) {
            let after = world.chance.pick([
                "1", "3", "40", "0", "-5", "99999999999", "Sun, 06 Nov 1994 08:49:37 GMT", "x",
            ])
            return .http(status: 429, retryAfter: world.chance.happens(0.3) ? nil : after, body: [])
        }
        if world.befalls(.upstreamOwnError) { return .error(50001, status: 500) }
        return nil
    }

    /// What happens to an answer on its way. For a start it is lost then.
    private func faultAfter(limit: Duration) -> (Duration, UpstreamAnswer)? {
        let soon = world.chance.duration(.milliseconds(5)...(.seconds(2)))
        if world.befalls(.upstreamTimeout) { return (limit, .transport(.timeout, requestSent: true)) }
        if world.befalls(.upstreamReset) { return (soon, .transport(.reset, requestSent: true)) }
        if world.befalls(.upstreamTruncated) { return (soon, .json(#"{"status":"ok","tok"#)) }
        if world.befalls(.upstreamHTML) { return (soon, .json("<html>")) }
        if world.befalls(.upstreamServerError) {
            return (soon, .http(status: world.chance.pick([500, 502, 503, 504]), retryAfter: nil, body: []))
        }
        return nil
    }

    private func slowed(_ time: Duration) -> Duration {
        world.befalls(.upstreamSlow) ? time + world.chance.duration(.zero...(.seconds(15))) : time
    }
}

extension UpstreamAnswer {
    static func json(_ text: String) -> UpstreamAnswer {
        .http(status: 200, retryAfter: nil, body: Array(text.utf8))
    }

    static func error(_ code: Int, status: Int = 400) -> UpstreamAnswer {
        .http(status: status, retryAfter: nil, body: Array(#"{"status":"error","error_code":\#(code)}"#.utf8))
    }
}
