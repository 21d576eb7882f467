import BridgeCore
import Testing

@Suite("Dispatcher: order")
struct DispatcherOrderTests {
    /// `session.failed` comes before `session.completed` here: the ids of the events sort, nothing else counts.
    func event(_ name: String, _ event: String, session: String? = "s", at seconds: Double = 0) -> DueDelivery {
        due(name, event: event, session: session, ordered: true, at: seconds)
    }

    @Test("of a session's events one is under way at a time, in order")
    func oneAfterAnother() {
        var harness = DispatcherHarness()
        let events = [event("completed", "3"), event("failed", "1"), event("unknown", "2")]
        #expect(harness.add(events, at: 0) == ["failed"])
        #expect(harness.succeed("failed", at: 1) == ["unknown"])
        #expect(harness.fail("unknown", at: 2, retryAt: nil) == ["completed"])
        #expect(harness.succeed("completed", at: 3).isEmpty)
        #expect(harness.machine.openDeliveries == 0)
    }

    @Test("what follows waits for the retries of what comes before, and nothing else does")
    func retries() {
        var harness = DispatcherHarness()
        #expect(harness.add(event("1", "1"), event("2", "2"), at: 0) == ["1"])
        #expect(harness.fail("1", at: 1, retryAt: 100).isEmpty)
        #expect(harness.add(event("other", "3", session: "t"), event("test", "4", session: nil), at: 2).count == 2)
        #expect(harness.advance(to: 99).isEmpty)
        #expect(harness.advance(to: 100) == ["1"])
        #expect(harness.succeed("1", at: 101) == ["2"])
    }

    @Test("sessions of which one fails and tests do not wait for each other")
    func independent() {
        var harness = DispatcherHarness()
        let tests = [event("t1", "5", session: nil), event("t2", "6", session: nil)]
        #expect(harness.add([event("1", "1"), event("2", "2", session: "t")] + tests, at: 0).count == 4)
    }

    @Test("an earlier event that is sent again goes first, unless the later one is under way")
    func resend() {
        var harness = DispatcherHarness()
        harness.add(event("2", "2"), event("3", "3"), at: 0)
        #expect(harness.add(event("1", "1"), at: 1).isEmpty)
        #expect(harness.succeed("2", at: 2) == ["1"])
        harness.fail("1", at: 3, retryAt: 10)
        #expect(harness.add(event("0", "0", at: 20), at: 4).isEmpty)
        #expect(harness.advance(to: 10).isEmpty)
        #expect(harness.advance(to: 20) == ["0"])
        #expect(harness.succeed("0", at: 21) == ["1"])
        #expect(harness.succeed("1", at: 22) == ["3"])
    }

    @Test("a resend of what is under way comes before what follows")
    func resendUnderWay() {
        var harness = DispatcherHarness()
        harness.add(event("1", "1"), event("2", "2"), at: 0)
        #expect(harness.add(event("1", "1"), at: 1).isEmpty)
        #expect(harness.succeed("1", at: 2) == ["1"])
        #expect(harness.succeed("1", at: 3) == ["2"])
    }

    @Test("an attempt that is cut keeps its place")
    func cut() {
        var harness = DispatcherHarness()
        harness.add(event("1", "1"), event("2", "2"), at: 0)
        #expect(harness.cut("1", at: 1, retryAt: 1) == ["1"])
        #expect(harness.cut("1", at: 2) == ["2"])
    }

    @Test("order switched on holds back what has not begun, and waits for all that has")
    func switchedOn() {
        var harness = DispatcherHarness(each: 2)
        let names = ["1", "2", "3", "4"]
        #expect(harness.add(names.map { due($0, session: "s") }, at: 0) == ["1", "2"])
        #expect(harness.configure("a", ordered: true, at: 1).isEmpty)
        #expect(harness.fail("1", at: 2, retryAt: 50).isEmpty)
        #expect(harness.succeed("2", at: 3).isEmpty)
        #expect(harness.advance(to: 50) == ["1"])
        #expect(harness.succeed("1", at: 51) == ["3"])
        #expect(harness.succeed("3", at: 52) == ["4"])
    }

    @Test("order switched off lets everything go")
    func switchedOff() {
        var harness = DispatcherHarness()
        harness.add((1...3).map { event("\($0)", "\($0)") }, at: 0)
        #expect(harness.configure("a", at: 1) == ["2", "3"])
        harness.add(due("4", event: "0", session: "s"), at: 2)
        #expect(harness.machine.attemptsInFlight == 4)
    }

    @Test("an attempt tells of new rules, but not of those that were changed while it was under way")
    func rulesOfAttempts() {
        var harness = DispatcherHarness(each: 2)
        harness.add((1...5).map { due("\($0)", session: "s") }, at: 0)
        harness.configure("a", ordered: true, at: 1)
        #expect(harness.succeed("1", at: 2, rules: .test(ordered: false)).isEmpty)
        #expect(harness.succeed("2", at: 3, rules: .test(ordered: false)) == ["3"])
        #expect(harness.succeed("3", at: 4, rules: .test(ordered: false)) == ["4", "5"])
    }

    @Test("of two attempts the one that began later knows the rules better")
    func laterAttemptKnowsBetter() {
        var harness = DispatcherHarness(each: 2)
        harness.add((1...5).map { due("\($0)", session: "s") }, at: 0)
        #expect(harness.succeed("2", at: 1, rules: .test(ordered: true)).isEmpty)
        #expect(harness.succeed("1", at: 2, rules: .test(ordered: false)) == ["3"])
        #expect(harness.machine.attemptsInFlight == 1)
    }
}
