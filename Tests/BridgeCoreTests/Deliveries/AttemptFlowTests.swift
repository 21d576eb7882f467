import BridgeCore
import Testing

@Suite("An attempt's steps")
struct AttemptFlowTests {
    private let began = Moment(wall: Timestamp(milliseconds: 1_795_255_212_345), tick: Tick(nanoseconds: 0))
    private let failure = AttemptResult(error: .connect, status: nil, address: nil, response: [])

    private func flow() -> AttemptFlow {
        AttemptFlow(policy: RetryPolicy(schedule: [.seconds(60)]), disableAfter: .seconds(86_400))
    }

    private var work: DeliveryWork {
        DeliveryWork(
            id: DeliveryID(stored: "dlv_1"), countedAttempts: 0, attemptCount: 0, fence: 0,
            eventID: EventID(stored: "evt_1"), body: [],
            endpoint: Endpoint(
                id: EndpointID(stored: "end_1"), clientID: ClientID(stored: "cli_1"), url: "", events: .allSessions,
                description: "", epoch: 7, createdAt: began.wall),
            keys: EndpointKeys(current: SigningKeys(secret: "", privateKey: "")))
    }

    /// A failed attempt, recorded when the clocks show that: when the delivery is tried again.
    private func retry(after consequence: (Timestamp) -> Timestamp?, at recorded: Moment) -> Tick? {
        var flow = flow()
        _ = flow.read(.success(work), at: began)
        let step = flow.sent(failure, from: began, to: began, id: AttemptID(stored: "att_1"), jitter: 0)
        guard case .record(let record) = step, case .retry(let time) = record.decision else { return nil }
        #expect(record.endpointEpoch == 7)
        let next = AttemptConsequence(nextAttemptAt: consequence(time))
        guard case .done(let ending) = flow.recorded(.success(next), at: recorded) else { return nil }
        return ending.retryAt
    }

    @Test("a retry waits as long as was decided, whatever the wall clock did since", arguments: [-3600.0, 0, 3600])
    func jump(_ seconds: Double) {
        let recorded = Moment(wall: began.wall + .seconds(2 + seconds), tick: began.tick + .seconds(2))
        #expect(retry(after: { $0 }, at: recorded) == began.tick + .seconds(60))
    }

    @Test("what the store says instead holds")
    func otherwiseDecided() {
        let recorded = Moment(wall: began.wall + .seconds(2), tick: began.tick + .seconds(2))
        #expect(retry(after: { _ in began.wall + .seconds(1) }, at: recorded) == recorded.tick)
        #expect(retry(after: { _ in nil }, at: recorded) == nil)
    }

    @Test("a delivery that cannot be read is looked at again soon")
    func unread() {
        var flow = flow()
        guard case .done(let ending) = flow.read(.failure(.unavailable("busy")), at: began) else {
            Issue.record("it goes on"); return
        }
        #expect(ending.retryAt == began.tick + .seconds(5))
    }
}
