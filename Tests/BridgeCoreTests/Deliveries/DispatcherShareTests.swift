import BridgeCore
import Testing

@Suite("Dispatcher: the share of doubtful endpoints")
struct DispatcherShareTests {
    func queue(_ endpoint: String, of client: String = "c", count: Int = 9) -> [DueDelivery] {
        (0..<count).map { due("\(endpoint)-\($0)", to: endpoint, of: client) }
    }

    /// Lets what is under way to an endpoint, and all that follows, succeed at once; how many.
    func deliver(_ endpoint: String, _ begun: [String], in harness: inout DispatcherHarness, at seconds: Double) -> Int
    {
        var begun = begun
        var count = 0
        while let name = begun.popLast() {
            #expect(name.hasPrefix(endpoint))
            count += 1
            begun += harness.succeed(name, at: seconds)
        }
        return count
    }

    @Test("failing endpoints together hold at most half of all; those that are well take the rest at once")
    func failing() {
        var harness = DispatcherHarness(total: 40)
        for good in 0..<5 { harness.trust("good\(good)", at: 0) }
        let bad = (0..<100).map { "bad\($0)" }
        for endpoint in bad {
            harness.add(due("first-\(endpoint)", to: endpoint), at: 0)
            harness.fail("first-\(endpoint)", at: 0, retryAt: 10_000)
        }
        let stuck = harness.add(bad.flatMap { queue($0) }, at: 0)
        #expect(stuck.count == 20)
        let begun = harness.add((0..<5).flatMap { queue("good\($0)") }, at: 2)
        // Each gets one, and while more than a quarter is free, one more.
        #expect(begun.count == 10)
        #expect(deliver("good", begun, in: &harness, at: 2) == 45)
        #expect(harness.machine.attemptsInFlight == 20)
        #expect(harness.fail(stuck[0], at: 4, retryAt: 10_000).count == 1)
    }

    @Test("endpoints of which nothing is known get half, too; a success at once opens the rest to them")
    func unknown() {
        var harness = DispatcherHarness(total: 40)
        let begun = harness.add((0..<100).flatMap { queue("e\($0)") }, at: 0)
        #expect(begun.count == 20)
        // Its own four, and one of another's.
        #expect(harness.succeed(begun[0], at: 0.999).count == 5)
        #expect(harness.succeed(begun[1], at: 1).count == 1)
    }

    @Test("trust lasts five minutes when there is nothing to deliver")
    func memory() {
        var harness = DispatcherHarness(total: 2)
        harness.trust("t", at: 0)
        harness.trust("u", at: 0)
        #expect(harness.add(queue("h"), at: 1) == ["h-0"])
        #expect(harness.add(due("t", to: "t"), at: 299.9) == ["t"])
        #expect(harness.cut("t", at: 299.9).isEmpty)
        harness.advance(to: 300)
        #expect(harness.add(due("u", to: "u"), at: 300).isEmpty)
    }

    @Test("an attempt that takes a second makes all of its endpoint doubtful, until one succeeds sooner")
    func hanging() {
        var harness = DispatcherHarness(total: 8)
        for endpoint in ["h1", "h2", "g"] { harness.trust(endpoint, at: 0) }
        #expect(harness.add(queue("h1", count: 3) + queue("h2", count: 2), at: 0).count == 5)
        #expect(harness.wakeAt == 1)
        #expect(harness.add(due("h1-x", to: "h1"), at: 0.999) == ["h1-x"])
        harness.advance(to: 1)
        #expect(harness.wakeAt == 300)
        // Six are doubtful, four may be: no more of theirs, but of those that are trusted.
        #expect(harness.add(due("h2-x", to: "h2"), at: 1).isEmpty)
        #expect(harness.add(queue("g", count: 2), at: 1) == ["g-0"])
        #expect(harness.cut("g-0", at: 1) == ["g-1"])
        #expect(harness.cut("g-1", at: 1).isEmpty)
        // Slow successes give no trust.
        #expect(harness.succeed("h1-0", at: 1).isEmpty)
        #expect(harness.succeed("h1-1", at: 1).isEmpty)
        #expect(harness.succeed("h1-2", at: 1) == ["h2-x"])
        harness.succeed("h1-x", at: 1.5)
        #expect(harness.add(due("n1", to: "new1"), due("n2", to: "new2"), at: 1.5) == ["n1"])
        #expect(harness.add(due("h1-y", to: "h1"), at: 1.5) == ["h1-y"])
    }

    @Test("who begins to hang, however often, does not get what those who work need")
    func goodThatHang() {
        var harness = DispatcherHarness(total: 40)
        for endpoint in (0..<30).map({ "h\($0)" }) + ["g"] { harness.trust(endpoint, at: 0) }
        var begun: [String] = []
        // One new delivery for each of them, twice a second.
        for step in 0..<60 {
            let now = Double(step) / 2
            begun += harness.add((0..<30).map { due("h\($0)-\(step)", to: "h\($0)") }, at: now)
            #expect(deliver("g", harness.add(queue("g"), at: now), in: &harness, at: now) == 9)
        }
        #expect(begun.count == 30)
    }

    @Test("who answers late is not trusted for it: it holds no more than half, ever")
    func stalling() {
        var harness = DispatcherHarness(total: 40)
        var underWay = harness.add((0..<30).flatMap { queue("s\($0)", count: 100) }, at: 0)
        for step in 1...20 {
            #expect(underWay.count == 20)
            var next: [String] = []
            for name in underWay { next += harness.succeed(name, at: Double(step) * 2) }
            underWay = next
        }
    }

    @Test("the first of a client begins even when others hang in the whole half, and in all of it")
    func newClient() {
        var harness = DispatcherHarness(total: 8)
        let bad = (0..<9).map { "bad\($0)" }
        for endpoint in bad { harness.trust(endpoint, of: "bad", at: 0) }
        let stuck = harness.add(bad.prefix(6).flatMap { queue($0, of: "bad", count: 1) }, at: 0)
        harness.add(bad.flatMap { queue($0, of: "bad") }, at: 0.5)
        #expect(harness.machine.attemptsInFlight == 8)
        #expect(harness.add(queue("new", of: "n1"), at: 5).isEmpty)
        #expect(harness.add(queue("other", of: "n2"), at: 5).isEmpty)
        #expect(harness.fail(stuck[0], at: 15, retryAt: 20) == ["new-0"])
        #expect(harness.fail(stuck[1], at: 15, retryAt: 20) == ["other-0"])
        // Known to be well by now, it goes on.
        #expect(harness.succeed("new-0", at: 15.1) == ["new-1"])
        // So does everybody whom nothing makes doubtful; not even its client does.
        #expect(harness.fail(stuck[2], at: 15.2, retryAt: 20) == ["bad8-0"])
    }

    @Test("of a single slot a failing endpoint gets its part, too")
    func singleSlot() {
        var harness = DispatcherHarness(total: 1)
        harness.add(due("1"), at: 0)
        #expect(harness.fail("1", at: 0, retryAt: 5).isEmpty)
        #expect(harness.advance(to: 5) == ["1"])
    }
}
