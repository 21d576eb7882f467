import Marksign
import Testing

@testable import BridgeCore

/// Every row of the table that says how a poll's answer decides.
@Suite("What a poll's answer decides")
struct SessionWatchTests {
    let rules = WatchRules()
    let start = Tick(nanoseconds: 1_000_000_000_000)

    func watch(resumed: Bool = false) -> SessionWatch {
        SessionWatch(startedAt: start, deadline: start + rules.timeout, resumed: resumed, rules: rules)
    }

    func moment(_ seconds: Double) -> Moment {
        Moment(wall: Timestamp(milliseconds: 1_795_255_212_345) + .seconds(seconds), tick: start + .seconds(seconds))
    }

    func polled(_ watch: inout SessionWatch, _ reply: PollReply, at seconds: Double) -> SessionWatch.Step {
        watch.polled(reply, at: moment(seconds), rules: rules, jitter: 0.5)
    }

    func ended(_ step: SessionWatch.Step) -> (SessionStatus, SessionErrorCode?)? {
        if case .end(let outcome) = step { (outcome.status, outcome.error?.code) } else { nil }
    }

    func delay(_ step: SessionWatch.Step, from seconds: Double) -> Double? {
        if case .poll(let at) = step { (at - moment(seconds).tick).inSeconds } else { nil }
    }

    @Test("waiting: polled on, by age", arguments: [(10.0, 2.5), (60.0, 3.5), (179.0, 1.0)])
    func waiting(age: Double, gap: Double) throws {
        var watch = watch()
        let step = polled(&watch, .waiting(status: "waiting"), at: age)
        #expect(abs(try #require(delay(step, from: age)) - gap) < 0.001)
    }

    @Test("the jitter stays within 5 %", arguments: [(0.0, 2.375), (1.0, 2.625)])
    func jitter(_ jitter: Double, _ gap: Double) throws {
        var watch = watch()
        let step = watch.polled(.waiting(status: "waiting"), at: moment(10), rules: rules, jitter: jitter)
        #expect(abs(try #require(delay(step, from: 10)) - gap) < 0.001)
    }

    @Test("ok ends it completed")
    func completed() throws {
        var watch = watch()
        let value = try #require(SignatureValue(rawValue: "c2lnbmF0dXJl"))
        let end = ended(polled(&watch, .completed(.hash(value)), at: 10))
        #expect(try #require(end) == (.completed, nil))
    }

    @Test("an invalid result is read once more, then unknown, with an alarm")
    func invalidResult() throws {
        var watch = watch()
        #expect(delay(polled(&watch, .invalidResult(.fileMissing), at: 10), from: 10) != nil)
        let step = polled(&watch, .invalidResult(.fileMissing), at: 12.5)
        #expect(try #require(ended(step)) == (.unknown, .invalidResult))
        guard case .end(let outcome) = step else { return }
        #expect(outcome.alarm == .invalidResult)
    }

    @Test(
        "the reasons that Marksign gives end it failed",
        arguments: [
            (EndReason.userRefused, SessionErrorCode.userRefused), (.sessionExpired, .sessionExpired),
            (.documentUnusable, .documentUnusable), (.signerNotFound, .signerNotFound),
            (.accountNotQualified, .accountNotQualified), (.certificateTimeout, .certificateTimeout),
        ])
    func failed(_ reason: EndReason, _ code: SessionErrorCode) throws {
        var watch = watch()
        let end = ended(polled(&watch, .ended(reason, upstreamCode: 40020), at: 10))
        #expect(try #require(end) == (.failed, code))
    }

    @Test("40402 from the first poll on, confirmed 5 s later: failed")
    func neverFound() throws {
        var watch = watch()
        #expect(delay(polled(&watch, .notFound(upstreamCode: 40402), at: 0), from: 0) == 5)
        #expect(
            try #require(ended(polled(&watch, .notFound(upstreamCode: 40402), at: 5))) == (.failed, .sessionNotFound))
    }

    @Test("40402 after waiting, after a fault, or after a restart: unknown")
    func lostFromSight() throws {
        var waited = watch()
        _ = polled(&waited, .waiting(status: "waiting"), at: 0)
        var faulted = watch()
        _ = polled(&faulted, .fault(.httpStatus(500), upstreamCode: nil, retryAfter: nil), at: 0)
        for watch in [waited, faulted, watch(resumed: true)] {
            var watch = watch
            #expect(delay(polled(&watch, .notFound(upstreamCode: 40402), at: 3), from: 3) == 5)
            let end = ended(polled(&watch, .notFound(upstreamCode: 40402), at: 8))
            #expect(try #require(end) == (.unknown, .sessionNotFound))
        }
    }

    @Test("waiting between two 40402 forgets the first")
    func foundAgain() {
        var watch = watch()
        _ = polled(&watch, .notFound(upstreamCode: 40402), at: 0)
        _ = polled(&watch, .waiting(status: "waiting"), at: 5)
        #expect(delay(polled(&watch, .notFound(upstreamCode: 40402), at: 7.5), from: 7.5) == 5)
    }

    @Test("a refused request ends it unknown, with an alarm")
    func rejected() throws {
        var watch = watch()
        let step = polled(&watch, .rejected(upstreamCode: 40001), at: 10)
        #expect(try #require(ended(step)) == (.unknown, .requestRejected))
        guard case .end(let outcome) = step else { return }
        #expect(outcome.alarm == .requestRejected)
    }

    @Test("a refused token is polled on slowly, and ends unknown when the time is over")
    func unauthorized() throws {
        var watch = watch()
        #expect(try #require(delay(polled(&watch, .unauthorized(upstreamCode: 40003), at: 10), from: 10)) >= 15)
        #expect(delay(polled(&watch, .unauthorized(upstreamCode: 40003), at: 200), from: 200) != nil)
        let end = ended(polled(&watch, .unauthorized(upstreamCode: 40003), at: 300))
        #expect(try #require(end) == (.unknown, .upstreamUnauthorized))
    }

    @Test("faults back off and never end it before its time, the rescue included")
    func faults() throws {
        var watch = watch()
        let fault = PollReply.fault(.httpStatus(502), upstreamCode: nil, retryAfter: nil)
        for (second, least) in [(1.0, 1.0), (3, 2), (6, 4), (11, 8), (20, 8)] {
            let wait = try #require(delay(polled(&watch, fault, at: second), from: second))
            #expect(wait >= least && wait <= least * 1.1)
        }
        #expect(try #require(delay(polled(&watch, fault, at: 299), from: 299)) == 1)
        #expect(try #require(ended(polled(&watch, fault, at: 300))) == (.unknown, .upstreamError))
    }

    @Test(
        "Retry-After is honoured, within 1 s and 5 min",
        arguments: [(RetryAfter.seconds(30), 30.0, 33.1), (.seconds(0), 1, 1.2), (.seconds(100_000), 300, 331)])
    func retryAfter(_ asked: RetryAfter, least: Double, most: Double) throws {
        var watch = watch()
        let reply = PollReply.fault(.httpStatus(429), upstreamCode: nil, retryAfter: asked)
        let wait = try #require(delay(polled(&watch, reply, at: 10), from: 10))
        #expect(wait >= least && wait <= most)
    }

    @Test(
        "waiting at the deadline: removed, polled once more, then timed out",
        arguments: [(RemoveReply.removed, SessionStatus.failed), (.unconfirmed, .unknown)])
    func timedOut(_ removal: RemoveReply, _ status: SessionStatus) throws {
        var watch = watch()
        guard case .remove = polled(&watch, .waiting(status: "waiting"), at: 180) else {
            Issue.record("not removed")
            return
        }
        var step = watch.removed(removal, at: moment(181).tick)
        var removals = 1
        while case .remove = step {
            step = watch.removed(removal, at: moment(182).tick)
            removals += 1
        }
        #expect(removals == (removal == .removed ? 1 : 4))
        #expect(delay(step, from: 182) != nil)
        let end = ended(polled(&watch, .notFound(upstreamCode: 40402), at: 182))
        #expect(try #require(end) == (status, .timedOut))
    }

    @Test("a signature that comes with the last poll wins")
    func lastPollWins() throws {
        var watch = watch()
        _ = polled(&watch, .waiting(status: "waiting"), at: 180)
        _ = watch.removed(.removed, at: moment(181).tick)
        let value = try #require(SignatureValue(rawValue: "c2lnbmF0dXJl"))
        #expect(try #require(ended(polled(&watch, .completed(.hash(value)), at: 182))) == (.completed, nil))
    }

    @Test("a cancel removes, polls once more, and ends it cancelled")
    func cancelled() throws {
        var watch = watch()
        guard case .remove = watch.cancel(at: moment(10).tick) else {
            Issue.record("not removed")
            return
        }
        _ = watch.removed(.removed, at: moment(10).tick)
        let end = ended(polled(&watch, .ended(.userRefused, upstreamCode: nil), at: 11))
        #expect(try #require(end) == (.cancelled, .cancelledByClient))
    }

    @Test("cancelled without a code: an earlier process has removed it once its time was over, the signer before")
    func removedBefore() throws {
        func end(at seconds: Double, resumed: Bool) throws -> (SessionStatus, SessionErrorCode?) {
            var watch = watch(resumed: resumed)
            return try #require(ended(polled(&watch, .ended(.userRefused, upstreamCode: nil), at: seconds)))
        }
        #expect(try end(at: 180, resumed: true) == (.failed, .timedOut))
        #expect(try end(at: 179, resumed: true) == (.failed, .userRefused))
        #expect(try end(at: 181, resumed: false) == (.failed, .userRefused))
    }

    @Test("a refusal that came before the cancel wins")
    func refusedBeforeCancel() throws {
        var watch = watch()
        _ = watch.cancel(at: moment(10).tick)
        _ = watch.removed(.removed, at: moment(10).tick)
        let end = ended(polled(&watch, .ended(.userRefused, upstreamCode: 40020), at: 11))
        #expect(try #require(end) == (.failed, .userRefused))
    }

    @Test("a faulty last poll is repeated before a timeout is believed")
    func faultyLastPoll() throws {
        var watch = watch()
        _ = polled(&watch, .waiting(status: "waiting"), at: 180)
        _ = watch.removed(.removed, at: moment(181).tick)
        let fault = PollReply.fault(.unreadable, upstreamCode: nil, retryAfter: nil)
        #expect(delay(polled(&watch, fault, at: 182), from: 182) != nil)
        let end = ended(polled(&watch, .waiting(status: "waiting"), at: 184))
        #expect(try #require(end) == (.failed, .timedOut))
    }
}
