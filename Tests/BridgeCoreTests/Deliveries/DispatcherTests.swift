import BridgeCore
import Testing

@Suite("Dispatcher")
struct DispatcherTests {
    @Test("a hanging endpoint holds its own slots; the others' deliveries start at once")
    func isolation() {
        var harness = DispatcherHarness(total: 108)
        #expect(harness.add((0..<1000).map { due("h\($0)", to: "hanging") }, at: 0).count == 4)
        #expect(harness.add((0..<50).map { due("g\($0)", to: "good\($0)") }, at: 1).count == 50)
        for index in 0..<50 { harness.succeed("g\(index)", at: 2) }
        #expect(harness.add((0..<50).map { due("n\($0)", to: "good\($0)") }, at: 3).count == 50)
        #expect(harness.machine.attemptsInFlight == 54)
    }

    @Test("a free slot goes to the delivery of the endpoint that became due first, of equals to the earlier event's")
    func slots() {
        var harness = DispatcherHarness(each: 1)
        #expect(harness.add(due("3"), due("1"), due("2"), at: 0) == ["1"])
        #expect(harness.add(due("0", at: 1), at: 1).isEmpty)
        #expect(harness.succeed("1", at: 1) == ["2"])
        #expect(harness.succeed("2", at: 1) == ["3"])
        #expect(harness.succeed("3", at: 1) == ["0"])
        #expect(harness.succeed("0", at: 1).isEmpty)
        #expect(harness.machine.openDeliveries == 0)
        #expect(harness.machine.attemptsInFlight == 0)
        #expect(harness.wakeAt == 301)
        harness.advance(to: 301)
        #expect(harness.wakeAt == nil)
    }

    @Test("a retry waits for its time")
    func retry() {
        var harness = DispatcherHarness()
        harness.add(due("1"), at: 0)
        #expect(harness.fail("1", at: 0, retryAt: 5).isEmpty)
        #expect(harness.wakeAt == 5)
        #expect(harness.advance(to: 4.999).isEmpty)
        #expect(harness.advance(to: 5) == ["1"])
    }

    @Test("a resend during an attempt follows it; one during a wait replaces it")
    func resend() {
        var harness = DispatcherHarness()
        harness.add(due("1"), at: 0)
        #expect(harness.add(due("1"), at: 1).isEmpty)
        #expect(harness.fail("1", at: 2, retryAt: 500) == ["1"])
        harness.fail("1", at: 3, retryAt: 500)
        #expect(harness.add(due("1", at: 4), at: 4) == ["1"])
        harness.succeed("1", at: 5)
        #expect(harness.advance(to: 600).isEmpty)
        #expect(harness.machine.openDeliveries == 0)
    }

    @Test("a resend follows a delivery that succeeds or is cut, too")
    func resendAfterEnd() {
        var harness = DispatcherHarness()
        harness.add(due("1"), due("2"), at: 0)
        harness.add(due("1"), due("2"), at: 1)
        #expect(harness.succeed("1", at: 2) == ["1"])
        #expect(harness.cut("2", at: 2) == ["2"])
        #expect(harness.machine.openDeliveries == 2)
    }

    @Test("one that is due and waits for a slot can be put off")
    func putOff() {
        var harness = DispatcherHarness(each: 1)
        harness.add(due("1"), due("2"), at: 0)
        harness.add(due("2", at: 50), at: 1)
        #expect(harness.succeed("1", at: 2).isEmpty)
        #expect(harness.wakeAt == 50)
        #expect(harness.advance(to: 50) == ["2"])
    }

    @Test("a jump of the wall clock delays by no more than the longest wait")
    func clockJump() {
        var harness = DispatcherHarness()
        harness.add(due("1", at: 40_000_000), at: 0)
        #expect(harness.wakeAt == 100_000)
        harness.add(due("2"), at: 1)
        harness.succeed("2", at: 1)
        harness.add(due("3"), at: 2)
        harness.fail("3", at: 2, retryAt: 40_000_000)
        #expect(harness.advance(to: 100_000) == ["1"])
        harness.succeed("1", at: 100_000)
        #expect(harness.advance(to: 100_002) == ["3"])
    }

    @Test("what never began, or has ended, can end as often as it likes")
    func strayEnds() {
        var harness = DispatcherHarness(each: 1)
        harness.add(due("1"), due("2"), at: 0)
        #expect(harness.succeed("2", at: 1).isEmpty)
        #expect(harness.succeed("nobody", at: 1).isEmpty)
        #expect(harness.machine.attemptsInFlight == 1)
        #expect(harness.succeed("1", at: 2) == ["2"])
        #expect(harness.succeed("1", at: 2).isEmpty)
        #expect(harness.machine.attemptsInFlight == 1)
    }

    // MARK: Resuming

    @Test("nothing begins before all that is pending is known, and what is known stays as it is")
    func resume() {
        var harness = DispatcherHarness(resumed: false)
        #expect(harness.add(due("1", at: 30), at: 0).isEmpty)
        #expect(harness.add(due("2"), at: 0).isEmpty)
        harness.machine.resume([due("1"), due("3")], at: DispatcherHarness.moment(0))
        harness.machine.resume([due("4"), due("5", at: 20)], at: DispatcherHarness.moment(1))
        #expect(harness.advance(to: 1).isEmpty)
        #expect(harness.wakeAt == 20)
        harness.machine.resumed(at: DispatcherHarness.moment(2))
        #expect(harness.begun(at: 2) == ["2", "3", "4"])
        #expect(harness.advance(to: 20) == ["5"])
    }

    @Test("what is under way is not repeated when the pages are read again")
    func resumeAgain() {
        var harness = DispatcherHarness()
        #expect(harness.add(due("1"), at: 0) == ["1"])
        harness.machine.resume([due("1"), due("2")], at: DispatcherHarness.moment(0))
        #expect(harness.begun(at: 0).isEmpty)
        harness.machine.resumed(at: DispatcherHarness.moment(0))
        #expect(harness.begun(at: 0) == ["2"])
        #expect(harness.fail("1", at: 0, retryAt: 5).isEmpty)
    }

    @Test("the order of a session holds across pages")
    func resumeInOrder() {
        var harness = DispatcherHarness(resumed: false)
        harness.machine.resume([due("x", event: "2", session: "s", ordered: true)], at: DispatcherHarness.moment(0))
        harness.machine.resume([due("y", event: "1", session: "s", ordered: true)], at: DispatcherHarness.moment(1))
        harness.machine.resumed(at: DispatcherHarness.moment(2))
        #expect(harness.begun(at: 2) == ["y"])
        #expect(harness.succeed("y", at: 3) == ["x"])
    }

    // MARK: Cost

    @Test("a delivery that is sent again and again leaves nothing behind")
    func noResidue() {
        var harness = DispatcherHarness()
        for step in 0..<10_000 { harness.add(due("1", at: 100 + Double(step)), at: 0) }
        #expect(harness.wakeAt == 10_099)
        #expect(harness.advance(to: 10_098).isEmpty)
        #expect(harness.advance(to: 10_099) == ["1"])
        #expect(harness.wakeAt == nil)
    }

    @Test("the dispatcher is woken at most twice for each attempt")
    func wakeUps() {
        var harness = DispatcherHarness(total: 64)
        let count = 2000
        harness.add((0..<count).map { due("\($0)", to: "e\($0 % 50)", at: 10 + Double($0 * 7919 % 5000) / 100) }, at: 0)
        var wakeUps = 0
        var attempts = 0
        while let wakeAt = harness.wakeAt, wakeUps <= 2 * count {
            wakeUps += 1
            var begun = harness.advance(to: wakeAt)
            #expect(harness.wakeAt ?? .infinity > wakeAt)
            while let name = begun.popLast() {
                attempts += 1
                begun += harness.succeed(name, at: wakeAt)
            }
        }
        #expect(attempts == count)
        #expect(wakeUps <= 2 * count)
        #expect(harness.machine.openDeliveries == 0)
    }

    @Test("what is forgotten is not attempted, attempts under way are not followed, and what comes again is new")
    func forgetAll() {
        var harness = DispatcherHarness(each: 1)
        harness.add(due("1"), due("2"), due("3", at: 50), at: 0)
        harness.forgetAll(at: 1)
        #expect(harness.machine.attemptsInFlight == 1)
        #expect(harness.fail("1", at: 2, retryAt: 3).isEmpty)
        #expect(harness.resumed(at: 100).isEmpty)
        #expect(harness.machine.openDeliveries == 0 && harness.machine.attemptsInFlight == 0)
        #expect(harness.add(due("2"), at: 101) == ["2"])
    }

    @Test("one that comes again while its forgotten attempt is under way follows that")
    func comesAgain() {
        var harness = DispatcherHarness(each: 1)
        harness.add(due("1"), at: 0)
        harness.forgetAll(at: 1)
        #expect(harness.add(due("1", at: 2), at: 2).isEmpty)
        harness.resumed(at: 2)
        #expect(harness.succeed("1", at: 3) == ["1"])
    }

    @Test("when the process ends no attempt begins any more, and those under way are told")
    func closing() {
        var harness = DispatcherHarness(each: 1)
        harness.add(due("1"), due("2"), due("3", at: 5), at: 0)
        harness.machine.close()
        #expect(harness.machine.underWay == [due("1").id])
        #expect(harness.fail("1", at: 1, retryAt: 2).isEmpty)
        #expect(harness.resumed(at: 9).isEmpty)
        #expect(harness.machine.underWay.isEmpty)
    }

    @Test("a reminder adds what is unknown, and leaves alone what is known")
    func remind() {
        var harness = DispatcherHarness()
        harness.add(due("1", at: 50), at: 0)
        #expect(harness.remind(due("1"), due("2"), at: 20) == ["2"])
    }
}
