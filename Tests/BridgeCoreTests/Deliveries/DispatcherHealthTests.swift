import BridgeCore
import Testing

@Suite("Dispatcher: failing endpoints")
struct DispatcherHealthTests {
    /// An endpoint whose attempts fail at second 0 until it is probed; more than enough waits behind.
    static func probed(total: Int = 100) -> DispatcherHarness {
        var harness = DispatcherHarness(total: total)
        var underWay = harness.add((0..<100).map { due("\($0)") }, at: 0)
        for _ in 0..<10 { underWay += harness.fail(underWay.removeFirst(), at: 0, retryAt: 10_000) }
        for name in underWay { harness.cut(name, at: 0, retryAt: 0) }
        return harness
    }

    @Test("after ten failures in a row one attempt goes out at a time, after waits that double up to a minute")
    func probing() {
        var harness = Self.probed()
        #expect(harness.machine.attemptsInFlight == 0)
        var now = 0.0
        for wait in [1.0, 2, 4, 8, 16, 32, 60, 60, 60] {
            #expect(harness.wakeAt == now + wait)
            #expect(harness.advance(to: now + wait - 0.001).isEmpty)
            now += wait
            let probe = harness.advance(to: now)
            #expect(probe.count == 1)
            #expect(harness.wakeAt ?? .infinity > now)
            // The wait counts from the end of an attempt, however long it took.
            now += 0.5
            for name in probe { #expect(harness.fail(name, at: now, retryAt: 10_000).isEmpty) }
        }
    }

    @Test("a success opens the endpoint again at once; the next ten failures begin with a short wait")
    func recovery() throws {
        var harness = Self.probed()
        harness.fail(try #require(harness.advance(to: 1).first), at: 1, retryAt: 10_000)
        var underWay = harness.succeed(try #require(harness.advance(to: 3).first), at: 3)
        #expect(underWay.count == 4)
        for index in 0..<10 {
            #expect(underWay.count + index == 4 + index)
            underWay += harness.fail(underWay.removeFirst(), at: 4, retryAt: 10_000)
        }
        for name in underWay { harness.cut(name, at: 4, retryAt: 4) }
        #expect(harness.wakeAt == 5)
    }

    @Test("nine failures in a row are not ten")
    func notYetProbed() {
        var harness = DispatcherHarness()
        var underWay = harness.add((0..<100).map { due("\($0)") }, at: 0)
        for round in 0..<5 {
            for _ in 0..<9 { underWay += harness.fail(underWay.removeFirst(), at: Double(round), retryAt: 10_000) }
            #expect(underWay.count == 4)
            underWay += harness.succeed(underWay.removeFirst(), at: Double(round))
        }
    }

    @Test("what began before the probing and fails late makes the wait no longer")
    func lateFailures() {
        var harness = DispatcherHarness()
        var underWay = harness.add((0..<100).map { due("\($0)") }, at: 0)
        for _ in 0..<10 { underWay += harness.fail(underWay.removeFirst(), at: 0, retryAt: 10_000) }
        #expect(underWay.count == 3)
        for name in underWay { #expect(harness.fail(name, at: 7, retryAt: 10_000).isEmpty) }
        #expect(harness.wakeAt == 8)
    }

    @Test("a probe that is cut tells nothing: the next may follow at once")
    func cutProbe() throws {
        var harness = Self.probed()
        let probe = try #require(harness.advance(to: 1).first)
        #expect(harness.cut(probe, at: 1.5).count == 1)
    }

    @Test("failures are remembered while nothing is there to deliver, for five minutes")
    func memory() {
        var harness = DispatcherHarness()
        for name in 0..<10 {
            harness.add(due("\(name)"), at: 0)
            harness.fail("\(name)", at: 0)
        }
        #expect(harness.machine.openDeliveries == 0)
        #expect(harness.add(due("x"), at: 0.5).isEmpty)
        #expect(harness.advance(to: 1) == ["x"])
        harness.fail("x", at: 1)
        #expect(harness.wakeAt == 301)
        harness.advance(to: 301)
        #expect(harness.wakeAt == nil)
        #expect(harness.add((0..<9).map { due("y\($0)") }, at: 301).count == 4)
    }

    // MARK: Pauses

    @Test(
        "a receiver that asks for a pause gets it for the whole endpoint, at most five minutes",
        arguments: [(0.0, 10.0), (30, 40), (300, 310), (301, 310), (86_400, 310), (-5, 10)])
    func pause(_ asked: Double, _ opens: Double) {
        var harness = DispatcherHarness(each: 1)
        harness.add(due("1"), due("2"), due("3"), at: 0)
        let next = harness.fail("1", at: 10, retryAt: 100_000, pause: .seconds(asked))
        if opens == 10 {
            #expect(next == ["2"])
        } else {
            #expect(next.isEmpty)
            #expect(harness.wakeAt == opens)
            #expect(harness.advance(to: opens - 0.001).isEmpty)
            #expect(harness.advance(to: opens) == ["2"])
        }
    }

    @Test("neither a success nor a shorter pause takes back a pause; an empty lane keeps it; others go on")
    func pauseHolds() {
        var harness = DispatcherHarness()
        harness.add(due("1"), due("2"), due("3"), at: 0)
        harness.fail("1", at: 0, pause: .seconds(60))
        harness.fail("2", at: 0, pause: .seconds(5))
        harness.succeed("3", at: 1)
        #expect(harness.machine.openDeliveries == 0)
        #expect(harness.add(due("4"), due("b", to: "b"), at: 10) == ["b"])
        #expect(harness.advance(to: 59.999).isEmpty)
        #expect(harness.advance(to: 60) == ["4"])
    }
}
