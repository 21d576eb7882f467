import BridgeCore
import Testing

@Suite("Retry rule")
struct RetryPolicyTests {
    static let delays: [Duration] = [
        .seconds(5), .seconds(300), .seconds(1800), .seconds(7200), .seconds(18_000), .seconds(36_000),
        .seconds(50_400), .seconds(72_000), .seconds(86_400),
    ]
    let policy = RetryPolicy(schedule: delays)
    let now = Timestamp(milliseconds: 1_795_255_212_345)

    func result(_ status: Int, retryAfter: String? = nil) -> AttemptResult {
        AttemptResult(status: status, address: nil, response: [], retryAfter: retryAfter)
    }

    @Test("only 2xx is success", arguments: [200, 201, 202, 204, 299])
    func success(_ status: Int) {
        #expect(policy.decide(after: 1, result(status), at: now, jitter: 0) == .delivered)
    }

    @Test("everything else is tried again", arguments: [301, 302, 304, 400, 404, 418, 429, 500, 503, 599])
    func failure(_ status: Int) {
        #expect(policy.decide(after: 1, result(status), at: now, jitter: 0) == .retry(at: now + .seconds(5)))
    }

    @Test("410 gives up and disables")
    func gone() {
        #expect(policy.decide(after: 1, result(410), at: now, jitter: 0) == .gone)
    }

    @Test("ten attempts on the schedule, jitter only upwards and at most 20 %", arguments: [0.0, 0.5, 1.0])
    func schedule(_ jitter: Double) throws {
        for (index, delay) in Self.delays.enumerated() {
            let decision = policy.decide(after: index + 1, result(500), at: now, jitter: jitter)
            #expect(decision == .retry(at: now + delay + delay * (0.2 * jitter)))
        }
        #expect(policy.decide(after: 10, result(500), at: now, jitter: jitter) == .failed)
    }

    @Test(
        "Retry-After counts on 429, 502, 503 and 504, never earlier than asked, at most 24 h",
        arguments: [
            (429, "60", 60), (502, "60", 60), (503, "Sat, 21 Nov 2026 10:01:12 GMT", 60), (504, "1", 5),
            (503, "1000000", 86_400), (500, "60", 5), (503, "soon", 5), (503, "-5", 5),
        ])
    func retryAfter(_ status: Int, _ text: String, _ seconds: Int) {
        guard case .retry(let at) = policy.decide(after: 1, result(status, retryAfter: text), at: now, jitter: 0) else {
            Issue.record("not tried again")
            return
        }
        #expect(at >= now + .seconds(seconds - 1) && at <= now + .seconds(seconds + 1))
    }

    @Test("a forbidden address is given up after three attempts")
    func blocked() {
        let blocked = AttemptResult(error: .blockedAddress, status: nil, address: nil, response: [])
        #expect(policy.decide(after: 1, blocked, at: now, jitter: 0) == .retry(at: now + .seconds(5)))
        #expect(policy.decide(after: 3, blocked, at: now, jitter: 0) == .failed)
    }

    @Test("an attempt cut by the shutdown is repeated at once")
    func shutdown() {
        let cut = AttemptResult(error: .shutdown, status: nil, address: nil, response: [])
        #expect(policy.decide(after: 10, cut, at: now, jitter: 1) == .retry(at: now))
    }
}
