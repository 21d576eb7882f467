import BridgeCore
import Testing

@Suite("Dispatcher: failing endpoints")
struct DispatcherHealthTests {
    /// An endpoint whose attempts fail at second 0 until it is probed; more than enough waits behind.
    func probed(total: Int = 100) -> DispatcherHarness {
        var harness = DispatcherHarness(total: total)
        var underWay = harness.add((0..<100).map { due("\($0)") }, at: 0)
        for _ in 0..<10 { underWay += harness.fail(underWay.removeFirst(), at: 0, retryAt: 10_000) }
        for name in underWay { harness.cut(name, at: 0, retryAt: 0) }
        return harness
    }

    @Test("after ten failures in a row one attempt goes out at a time, after waits that double up to a minute")
    func probing() {
        var harness = probed()
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
        var harness = probed()
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
        var harness = probed()
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

    // MARK: A clean record

    @Test("a cleared record ends probing and pauses, and what began before says nothing any more")
    func clearsRecord() {
        var harness = probed()
        let probe = harness.advance(to: 1)
        #expect(probe.count == 1)
        #expect(harness.configure("a", at: 2).isEmpty)
        let begun = harness.configure("a", clears: true, at: 2)
        #expect(begun.count == 3)
        for name in probe { #expect(harness.fail(name, at: 3, retryAt: 10_000, pause: .seconds(60)).count == 1) }
        #expect(harness.machine.attemptsInFlight == 4)
        #expect(harness.fail(begun[0], at: 3, pause: .seconds(60)).isEmpty)
        #expect(harness.configure("a", clears: true, at: 4).count == 1)
    }

    @Test("an endpoint without deliveries that is changed leaves nothing behind")
    func configureNothing() {
        var harness = DispatcherHarness()
        #expect(harness.configure("a", ordered: true, rate: 1, clears: true, at: 5).isEmpty)
        #expect(harness.wakeAt == nil)
        #expect(harness.add((0..<4).map { due("\($0)", session: "s") }, at: 5).count == 4)
    }

    // MARK: The share of failing endpoints

    @Test("failing endpoints together hold at most half of all; one that is well takes the rest at once")
    func share() {
        var harness = DispatcherHarness(total: 40)
        let bad = (0..<100).map { "bad\($0)" }
        for endpoint in bad {
            harness.add(due("first-\(endpoint)", to: endpoint), at: 0)
            harness.fail("first-\(endpoint)", at: 0, retryAt: 10_000)
        }
        let stuck = harness.add(bad.flatMap { bad in (0..<9).map { due("\(bad)-\($0)", to: bad) } }, at: 1)
        #expect(stuck.count == 20)
        let good = (0..<5).flatMap { good in (0..<8).map { due("good\(good)-\($0)", to: "good\(good)") } }
        var underWay = harness.add(good, at: 2)
        var delivered = 0
        while let name = underWay.popLast() {
            #expect(name.hasPrefix("good"))
            delivered += 1
            underWay += harness.succeed(name, at: 3)
        }
        #expect(delivered == 40)
        #expect(harness.machine.attemptsInFlight == 20)
        #expect(harness.fail(stuck[0], at: 4, retryAt: 10_000).count == 1)
        // A success makes an endpoint's attempts count no more: its own next ones, and one of another's.
        #expect(harness.succeed(stuck[1], at: 4).count > 1)
    }

    @Test("endpoints of which nothing is known get one slot each without a doubt, and more from the failing ones' half")
    func unknown() {
        var harness = DispatcherHarness(total: 40)
        let names = (0..<15).flatMap { end in (0..<4).map { due("\(end)-\($0)", to: "e\(end)") } }
        let begun = harness.add(names, at: 0)
        #expect(begun.count == 35)
        #expect(harness.succeed(begun[0], at: 1).count >= 1)
    }

    @Test("of a single slot a failing endpoint gets its part, too")
    func singleSlot() {
        var harness = DispatcherHarness(total: 1)
        harness.add(due("1"), at: 0)
        #expect(harness.fail("1", at: 0, retryAt: 5).isEmpty)
        #expect(harness.advance(to: 5) == ["1"])
    }
}
