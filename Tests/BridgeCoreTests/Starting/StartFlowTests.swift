import BridgeCore
import Marksign
import Testing

@Suite("A start's steps")
struct StartFlowTests {
    private let now = Moment(wall: Timestamp(milliseconds: 1_795_255_212_345), tick: Tick(nanoseconds: 0))

    private struct Answers: AnswerRenderer {
        func started(_ session: Session) -> KeptAnswer { KeptAnswer(status: 201, body: []) }
        func refused(code: String, upstreamCode: Int, requestID: String) -> KeptAnswer {
            KeptAnswer(status: 422, body: [])
        }
        func startUnknown(_ session: SessionID) -> KeptAnswer { KeptAnswer(status: 504, body: []) }
    }

    private func flow() -> StartFlow {
        let session = Session(
            id: SessionID(stored: "ses_1"), clientID: ClientID(stored: "cli_1"), kind: .hash, method: .smartID,
            status: .starting, token: nil, createdAt: now.wall, expiresAt: now.wall + .seconds(180))
        return StartFlow(
            of: session, requestID: "req_1", answers: Answers(), rules: WatchRules(), patience: .seconds(10),
            makeCommit: { [now] outcome, answer in
                FinalCommit(
                    outcome, of: session, at: now.wall, eventID: EventID(stored: "evt_1"), publicURL: nil,
                    answer: answer, makeDeliveryID: { DeliveryID(stored: "dlv_1") })
            })
    }

    @Test("the permit is asked for when the session is on disk")
    func order() {
        let flow = flow()
        guard case .begin = flow.first else { Issue.record("\(flow.first)"); return }
        let step = flow.begun(.success(.done(())))
        guard case .requestPermit = step else { Issue.record("\(step)"); return }
    }

    @Test("without a permit nothing is sent, and nothing stays")
    func noPermit() {
        var flow = flow()
        let step = flow.permitted(nil, at: now.tick)
        guard case .abandon(_, nil) = step else { Issue.record("\(step)"); return }
        let next = flow.abandoned(.success(true), at: now.tick)
        guard case .answer(.notNow) = next else { Issue.record("\(next)"); return }
    }

    @Test("a refusal is told when it is on disk, and not before")
    func refused() {
        var flow = flow()
        let step = flow.replied(.refused(.ended(.signerNotFound), upstreamCode: 40401), at: now)
        guard case .abandon(_, let kept?) = step else { Issue.record("\(step)"); return }
        guard case .wait = flow.abandoned(.failure(.unavailable("full")), at: now.tick) else {
            Issue.record("no second try"); return
        }
        guard case .abandon(_, kept) = flow.waited(isCut: false, at: now.tick) else {
            Issue.record("no second try"); return
        }
        let next = flow.abandoned(.success(true), at: now.tick + .seconds(1))
        guard case .answer(.answered(kept)) = next else { Issue.record("\(next)"); return }
    }

    @Test("of a start that another took over, the caller hears what became of it there")
    func takenOver() {
        var flow = flow()
        _ = flow.replied(.refused(.ended(.signerNotFound), upstreamCode: 40401), at: now)
        let step = flow.abandoned(.success(false), at: now.tick)
        let lost = StartFlow.unanswered(SessionID(stored: "ses_1"), Answers()).answer
        guard case .answer(.answered(lost)) = step else { Issue.record("\(step)"); return }
    }

    @Test("of a refusal that the store does not take in time, the caller hears nothing that may not hold")
    func refusalNotStored() {
        var flow = flow()
        _ = flow.replied(.refused(.ended(.signerNotFound), upstreamCode: 40401), at: now)
        let late = flow.abandoned(.failure(.unavailable("full")), at: now.tick + .seconds(10))
        guard case .leave(.storeUnavailable, _, .removal(.some)) = late else { Issue.record("\(late)"); return }
        guard case .leave(.storeUnavailable, _, .removal(.some)) = flow.waited(isCut: true, at: now.tick) else {
            Issue.record("it waits"); return
        }
    }

    @Test("when nobody knows whether the token is on disk, nobody is told")
    func tokenInDoubt() throws {
        var flow = flow()
        let token = try #require(SessionToken("token-1-0000"))
        _ = flow.replied(.started(token: token, controlCode: "1234"), at: now)
        let step = flow.completed(.failure(.fatal("fsync")), at: now.tick)
        guard case .answer(.storeUnavailable) = step else { Issue.record("\(step)"); return }
    }

    @Test("what the store does not take is neither sent nor kept")
    func storeUnavailable() {
        let step = flow().begun(.failure(.unavailable("full")))
        guard case .answer(.storeUnavailable) = step else { Issue.record("\(step)"); return }
    }

    @Test("a token that the store does not take in time is lost, and the start is not sent again")
    func tokenNotStored() throws {
        var flow = flow()
        let token = try #require(SessionToken("token-1-0000"))
        guard case .complete = flow.replied(.started(token: token, controlCode: "1234"), at: now) else {
            Issue.record("not to be stored"); return
        }
        guard case .wait = flow.completed(.failure(.unavailable("full")), at: now.tick) else {
            Issue.record("no second try"); return
        }
        let step = flow.completed(.failure(.unavailable("full")), at: now.tick + .seconds(10))
        guard case .end(let commit) = step else { Issue.record("\(step)"); return }
        #expect(commit.ending.error?.code == .startUnknown)
        // The caller has waited long enough.
        let next = flow.ended(.failure(.unavailable("full")), at: now.tick + .seconds(10))
        guard case .leave(.answered(let answer), _, .end(let left)) = next else { Issue.record("\(next)"); return }
        #expect(answer.status == 504)
        #expect(left.ending.event.id == commit.ending.event.id)
    }

    @Test("a lost start is told when it is on disk, or when the caller has waited long enough: it stands before")
    func lost() {
        var flow = flow()
        let step = flow.replied(.lost(.unreadable), at: now)
        guard case .end(let commit) = step else { Issue.record("\(step)"); return }
        guard case .wait = flow.ended(.failure(.unavailable("full")), at: now.tick) else {
            Issue.record("no second try"); return
        }
        guard case .end(let again) = flow.waited(isCut: false, at: now.tick) else {
            Issue.record("no second try"); return
        }
        #expect(again.ending.event.id == commit.ending.event.id)
        var late = flow
        let told = flow.ended(.success(()), at: now.tick + .seconds(1))
        guard case .answer(.answered(let answer)) = told else { Issue.record("\(told)"); return }
        #expect(answer.status == 504)
        let left = late.ended(.failure(.unavailable("full")), at: now.tick + .seconds(10))
        guard case .leave(.answered, _, .end) = left else { Issue.record("\(left)"); return }
    }
}
