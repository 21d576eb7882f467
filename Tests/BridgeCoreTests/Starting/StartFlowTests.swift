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
        func startUnknown(_ session: SessionID, requestID: String) -> KeptAnswer { KeptAnswer(status: 504, body: []) }
    }

    private func flow() -> StartFlow {
        let session = Session(
            id: SessionID(stored: "ses_1"), clientID: ClientID(stored: "cli_1"), kind: .hash, method: .smartID,
            status: .starting, token: nil, createdAt: now.wall, expiresAt: now.wall + .seconds(180))
        return StartFlow(
            of: session, requestID: "req_1", answers: Answers(), rules: WatchRules(), patience: .seconds(10))
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
        let step = flow().permitted(nil)
        guard case .abandon(_, nil, .notNow) = step else { Issue.record("\(step)"); return }
    }

    @Test("what the store does not take is neither sent nor kept")
    func storeUnavailable() {
        let step = flow().begun(.failure(.unavailable("full")))
        guard case .decline(.storeUnavailable) = step else { Issue.record("\(step)"); return }
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
        guard case .end(_, let outcome, let answer) = step else { Issue.record("\(step)"); return }
        #expect(outcome.error?.code == .startUnknown)
        #expect(answer.status == 504)
    }
}
