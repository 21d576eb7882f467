import Marksign
import Testing

@testable import BridgeCore

@Suite("Watcher")
struct WatcherTests {
    let epoch = Timestamp(milliseconds: 1_795_255_212_345)
    let client = ClientID(stored: "cli_1")

    func moment(_ seconds: Double) -> Moment {
        Moment(wall: epoch + .seconds(seconds), tick: Tick(nanoseconds: 0) + .seconds(seconds))
    }

    func watcher(rate: Double = 1000, concurrency: Int = 64) -> Watcher {
        Watcher(
            rules: WatchRules(), limits: UpstreamLimits(ratePerSecond: rate, maximumConcurrent: concurrency), seed: 1,
            at: moment(-10).tick)
    }

    func session(_ name: String, age: Double = 0, at seconds: Double = 0) -> Session {
        let created = moment(seconds - age).wall
        return Session(
            id: SessionID(stored: "ses_\(name)"), clientID: client, kind: .hash, method: .smartID, status: .pending,
            token: SessionToken("token-\(name)-0000"), createdAt: created, expiresAt: created + .seconds(180))
    }

    /// Runs the machine to a time, answering each poll and removal as told; the outcomes that came.
    func run(
        _ watcher: inout Watcher, from: Double, to: Double,
        polls: (Session, Double) -> PollReply, removal: () -> RemoveReply = { .removed }
    ) -> (polls: [Double], outcomes: [(Double, Outcome)]) {
        var polled: [Double] = []
        var outcomes: [(Double, Outcome)] = []
        var now = from
        while now <= to {
            watcher.advance(to: moment(now))
            var effects = watcher.takeEffects()
            while !effects.isEmpty {
                for effect in effects {
                    switch effect {
                    case .poll(let handle, let session):
                        polled.append(now)
                        watcher.polled(handle, polls(session, now), at: moment(now))
                    case .remove(let handle, _):
                        watcher.removalEnded(handle, removal(), at: moment(now))
                    case .end(let handle, _, let outcome):
                        outcomes.append((now, outcome))
                        watcher.forget(handle)
                    case .grantStart, .refuseStart:
                        break
                    }
                }
                effects = watcher.takeEffects()
            }
            guard let wake = watcher.wakeAt else { break }
            now = max(now + 0.001, (wake - moment(0).tick).inSeconds)
        }
        return (polled, outcomes)
    }

    @Test("a watched session is polled at once, a started one after the first delay")
    func firstPoll() {
        for (elsewhere, expected) in [(true, 0.0), (false, 5.5)] {
            var watcher = watcher()
            watcher.open(session("a"), startedElsewhere: elsewhere, at: moment(0))
            let ran = run(&watcher, from: 0, to: 6) { _, _ in .waiting(status: "waiting") }
            #expect(ran.polls.first == expected)
        }
    }

    @Test("a session that waits for ever is removed, polled once more, and ends")
    func timeout() throws {
        var watcher = watcher()
        watcher.open(session("a"), startedElsewhere: false, at: moment(0))
        let ran = run(&watcher, from: 0, to: 400) { _, _ in .waiting(status: "waiting") }
        let (at, outcome) = try #require(ran.outcomes.first)
        #expect(at >= 180 && at < 181)
        #expect(outcome.status == .failed && outcome.error?.code == .timedOut)
        #expect(watcher.statistics.openSessions == 0)
        #expect(watcher.statistics.requestsInFlight == 0)
    }

    @Test("a jump of the wall clock between accepting and opening moves no deadline", arguments: [-3600.0, 3600])
    func jumpBeforeOpening(_ jump: Double) {
        var watcher = watcher()
        let opened = Moment(wall: moment(jump).wall, tick: moment(0).tick)
        watcher.open(session("a"), startedElsewhere: false, at: opened)
        let ran = run(&watcher, from: 0, to: 400) { _, _ in .waiting(status: "waiting") }
        #expect(ran.outcomes.map(\.1.error?.code) == [.timedOut])
        #expect(ran.outcomes.allSatisfy { abs($0.0 - 180) < 1 })
    }

    @Test("an upstream that is down for good ends sessions only after timeout and rescue")
    func down() throws {
        var watcher = watcher()
        for name in 0..<50 { watcher.open(session("\(name)"), startedElsewhere: false, at: moment(0)) }
        let ran = run(&watcher, from: 0, to: 700) { _, _ in
            .fault(.transport(.connect), upstreamCode: nil, retryAfter: nil)
        }
        #expect(ran.outcomes.count == 50)
        #expect(ran.outcomes.allSatisfy { $0.0 >= 300 && $0.0 <= 302 })
        #expect(ran.outcomes.allSatisfy { $0.1.error?.code == .upstreamError })
        // The breaker: about one probe a second, not fifty sessions' backoff.
        #expect(ran.polls.filter { $0 > 20 && $0 <= 120 }.count <= 105)
    }

    @Test("an outage in the middle ends nothing, and everything goes on after it")
    func outage() {
        var watcher = watcher()
        for name in 0..<50 { watcher.open(session("\(name)"), startedElsewhere: false, at: moment(0)) }
        let value = SignatureValue(rawValue: "c2lnbmF0dXJl")
        let ran = run(&watcher, from: 0, to: 200) { _, now in
            switch now {
            case ..<20: .waiting(status: "waiting")
            case ..<140: .fault(.httpStatus(503), upstreamCode: nil, retryAfter: nil)
            default: value.map { .completed(.hash($0)) } ?? .waiting(status: "waiting")
            }
        }
        #expect(ran.outcomes.count == 50)
        #expect(ran.outcomes.allSatisfy { $0.1.status == .completed })
    }

    @Test("after a restart overdue sessions go through the budget, and none ends without an answer")
    func overdue() {
        var watcher = watcher(rate: 100)
        let overdue = (0..<1000).map { OpenSession(session: session("\($0)", age: 5000), cancelRequested: false) }
        watcher.resume(overdue, at: moment(0))
        let ran = run(&watcher, from: 0, to: 60) { _, _ in .ended(.userRefused, upstreamCode: 40020) }
        #expect(ran.outcomes.count == 1000)
        #expect(ran.outcomes.allSatisfy { $0.1.error?.code == .userRefused })
        for second in 0..<12 {
            #expect(ran.polls.filter { $0 >= Double(second) && $0 < Double(second) + 1 }.count <= 100)
        }
    }

    @Test("a cancel that was recorded before a crash is carried out after it")
    func cancelResumed() {
        var watcher = watcher()
        watcher.resume([OpenSession(session: session("a", age: 10), cancelRequested: true)], at: moment(0))
        let ran = run(&watcher, from: 0, to: 10) { _, _ in .notFound(upstreamCode: 40402) }
        #expect(ran.outcomes.map(\.1.status) == [.cancelled])
    }

    @Test("a cancel is carried out when Marksign answers again, and a signature wins even then")
    func cancelUnderFault() throws {
        let value = try #require(SignatureValue(rawValue: "c2lnbmF0dXJl"))
        let signed = PollReply.completed(.hash(value))
        let cases: [(PollReply, SessionStatus)] = [(signed, .completed), (.notFound(upstreamCode: 40402), .cancelled)]
        for (answer, status) in cases {
            var watcher = watcher()
            watcher.open(session("a"), startedElsewhere: false, at: moment(0))
            watcher.cancel(SessionID(stored: "ses_a"), at: moment(1))
            let ran = run(&watcher, from: 1, to: 200) { _, now in
                now < 90 ? .fault(.transport(.timeout), upstreamCode: nil, retryAfter: nil) : answer
            } removal: {
                .unconfirmed
            }
            #expect(ran.outcomes.map(\.1.status) == [status])
        }
    }

    @Test("a cancel that Marksign never answers ends as unknown, when the time is over")
    func cancelUnanswered() {
        var watcher = watcher()
        watcher.open(session("a"), startedElsewhere: false, at: moment(0))
        watcher.cancel(SessionID(stored: "ses_a"), at: moment(1))
        let ran = run(&watcher, from: 1, to: 400) { _, _ in
            .fault(.transport(.timeout), upstreamCode: nil, retryAfter: nil)
        } removal: {
            .unconfirmed
        }
        #expect(ran.outcomes.map(\.1.error?.code) == [.upstreamError])
        #expect(ran.outcomes.allSatisfy { $0.0 >= 300 })
    }

    @Test("a start is refused after its patience")
    func startPatience() {
        var watcher = watcher(concurrency: 2)
        let first = watcher.requestStart(of: client, at: moment(0))
        let second = watcher.requestStart(of: client, at: moment(0))
        #expect(Effects(watcher.takeEffects()).starts == [.grantStart(first)])
        watcher.advance(to: moment(5))
        #expect(Effects(watcher.takeEffects()).starts == [.refuseStart(second)])
    }

    @Test("an open breaker refuses starts, but for one probe a second, and closes by it without any session")
    func startsProbe() {
        var watcher = watcher()
        func request(at seconds: Double, _ watcher: inout Watcher) -> (StartTicket, [Effects.Start]) {
            let ticket = watcher.requestStart(of: client, at: moment(seconds))
            return (ticket, Effects(watcher.takeEffects()).starts)
        }
        for _ in 0..<10 {
            let (ticket, starts) = request(at: 6, &watcher)
            #expect(starts == [.grantStart(ticket)])
            watcher.startEnded(ticket, fault: true, at: moment(6))
        }
        let (refused, atOnce) = request(at: 6.5, &watcher)
        #expect(atOnce == [.refuseStart(refused)])
        let (probe, probed) = request(at: 7, &watcher)
        #expect(probed == [.grantStart(probe)])
        let (second, beside) = request(at: 7.1, &watcher)
        #expect(beside == [.refuseStart(second)])
        watcher.startEnded(probe, fault: false, at: moment(7.2))
        let (after, granted) = request(at: 7.3, &watcher)
        #expect(granted == [.grantStart(after)])
    }

    @Test("the same seed gives the same polls")
    func deterministic() {
        func trace() -> [Double] {
            var watcher = watcher()
            for name in 0..<20 { watcher.open(session("\(name)"), startedElsewhere: false, at: moment(0)) }
            return run(&watcher, from: 0, to: 60) { _, _ in .waiting(status: "waiting") }.polls
        }
        #expect(trace() == trace())
    }
}

/// The effects that concern starts, comparable.
private struct Effects {
    enum Start: Equatable { case grantStart(StartTicket), refuseStart(StartTicket) }
    var starts: [Start] = []

    init(_ effects: [WatcherEffect]) {
        for effect in effects {
            switch effect {
            case .grantStart(let ticket): starts.append(.grantStart(ticket))
            case .refuseStart(let ticket): starts.append(.refuseStart(ticket))
            default: break
            }
        }
    }
}
