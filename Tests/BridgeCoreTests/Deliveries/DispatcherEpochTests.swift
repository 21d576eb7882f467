import BridgeCore
import Testing

@Suite("Dispatcher: epochs")
struct DispatcherEpochTests {
    // MARK: A clean record

    @Test("a higher epoch ends probing and pauses, and what began before says nothing any more")
    func cleanRecord() {
        var harness = DispatcherHealthTests.probed()
        let probe = harness.advance(to: 1)
        #expect(probe.count == 1)
        #expect(harness.configure("a", epoch: 1, at: 2).isEmpty)
        let begun = harness.configure("a", epoch: 2, at: 2)
        #expect(begun.count == 3)
        for name in probe { #expect(harness.fail(name, at: 3, retryAt: 10_000, pause: .seconds(60)).count == 1) }
        #expect(harness.machine.attemptsInFlight == 4)
        #expect(harness.fail(begun[0], at: 3, pause: .seconds(60)).isEmpty)
        #expect(harness.configure("a", epoch: 2, at: 4).isEmpty)
        #expect(harness.configure("a", epoch: 3, at: 4).count == 1)
    }

    @Test("an attempt under way counts for the epoch that it read", arguments: [1, 2, nil])
    func epochRead(_ epoch: Int?) {
        var harness = DispatcherHarness(each: 1)
        harness.add(due("1"), due("2"), at: 0)
        harness.configure("a", epoch: 2, at: 1)
        let next = harness.fail(
            "1", at: 2, retryAt: 10_000, pause: .seconds(60), rules: epoch.map { .test(epoch: $0) })
        #expect(next == (epoch == 2 ? [] : ["2"]))
    }

    @Test("a lower epoch is outdated, whoever tells of it")
    func outdated() {
        var harness = DispatcherHarness(each: 2)
        harness.add((1...9).map { due("\($0)", session: "s", epoch: 3, ordered: true) }, at: 0)
        #expect(harness.configure("a", epoch: 2, at: 1).isEmpty)
        #expect(harness.add(due("x", epoch: 2), at: 1) == ["x"])
        #expect(harness.cut("x", at: 1, retryAt: 1) == ["x"])
        harness.succeed("x", at: 1, rules: .test(epoch: 2))
        harness.machine.resume([due("y", session: "s", epoch: 2)], at: DispatcherHarness.moment(1))
        harness.machine.resumed(at: DispatcherHarness.moment(1))
        #expect(harness.begun(at: 1).isEmpty)
        #expect(harness.succeed("1", at: 1, rules: .test(epoch: 2)) == ["2"])
        #expect(harness.machine.attemptsInFlight == 1)
    }

    enum Teller: CaseIterable { case configure, add, resume, attempt }

    @Test("a higher epoch is believed, whoever tells of it", arguments: Teller.allCases)
    func believed(_ teller: Teller) {
        var harness = DispatcherHealthTests.probed()
        let probe = harness.advance(to: 1)
        switch teller {
        case .configure: harness.configure("a", epoch: 2, rate: 2, at: 2)
        case .add: harness.add(due("0", epoch: 2, rate: 2, at: 10_000), at: 2)
        case .resume:
            // What is known is left alone, but for this.
            harness.machine.resume([due("0", epoch: 2, rate: 2)], at: DispatcherHarness.moment(2))
            harness.machine.resumed(at: DispatcherHarness.moment(2))
        case .attempt: harness.succeed(probe[0], at: 2, rules: .test(epoch: 2, rate: 2))
        }
        _ = harness.begun(at: 2)
        #expect(harness.machine.attemptsInFlight == (teller == .attempt ? 2 : 3))
        #expect(harness.wakeAt == 3)
        // The failures were ten; they count anew.
        #expect(harness.fail("50", at: 2, rules: nil).isEmpty)
    }

    @Test("an attempt that tells of a new epoch is the first that counts for it")
    func firstOfEpoch() {
        var harness = DispatcherHarness(each: 2)
        harness.add((1...9).map { due("\($0)") }, at: 0)
        harness.fail("1", at: 1, retryAt: 10_000, pause: .seconds(60), rules: .test(epoch: 2))
        #expect(harness.wakeAt == 61)
        harness.fail("2", at: 2, retryAt: 10_000, pause: .seconds(90), rules: .test(epoch: 1))
        #expect(harness.wakeAt == 61)
    }

    @Test("an endpoint without deliveries that is changed leaves nothing behind")
    func configureNothing() {
        var harness = DispatcherHarness()
        #expect(harness.configure("a", epoch: 7, ordered: true, rate: 1, at: 5).isEmpty)
        #expect(harness.drop("a", epoch: 8, at: 5).isEmpty)
        #expect(harness.wakeAt == nil)
        #expect(harness.add((0..<4).map { due("\($0)", session: "s") }, at: 5).count == 4)
    }

    // MARK: Endpoints that are gone

    @Test("of an endpoint that was disabled all is forgotten but what is under way, which ends", arguments: [1, 2])
    func drop(_ epoch: Int) {
        var harness = DispatcherHarness(each: 2)
        harness.add((1...9).map { due("\($0)") } + [due("later", at: 500), due("b", to: "b")], at: 0)
        harness.add(due("2"), at: 1)
        #expect(harness.machine.openDeliveries == 11)
        #expect(harness.drop("a", epoch: epoch, at: 1).isEmpty)
        #expect(harness.machine.openDeliveries == 3)
        #expect(harness.machine.attemptsInFlight == 3)
        #expect(harness.fail("1", at: 2, retryAt: 3, pause: .seconds(60), rules: .test()).isEmpty)
        #expect(harness.add(due("9", epoch: epoch), due("2", epoch: epoch), at: 2).isEmpty)
        #expect(harness.succeed("2", at: 2).isEmpty)
        #expect(harness.machine.openDeliveries == 1)
        harness.succeed("b", at: 2)
        #expect(harness.wakeAt == 302)
        #expect(harness.advance(to: 302).isEmpty)
        #expect(harness.wakeAt == nil)
    }

    @Test("a drop is outdated when a higher epoch is known")
    func outdatedDrop() {
        var harness = DispatcherHarness(each: 1)
        harness.add(due("1", epoch: 3), due("2", epoch: 3), at: 0)
        harness.drop("a", epoch: 2, at: 1)
        #expect(harness.machine.openDeliveries == 2)
        #expect(harness.fail("1", at: 2, retryAt: 3) == ["2"])
        #expect(harness.cut("2", at: 3) == ["1"])
    }

    @Test("what is enabled again goes on, and what is under way follows only what was added since")
    func enabledAgain() {
        var harness = DispatcherHarness(each: 2)
        harness.add((1...4).map { due("\($0)") }, at: 0)
        harness.drop("a", epoch: 2, at: 1)
        #expect(harness.add(due("1", epoch: 3), due("3", epoch: 3), at: 2).isEmpty)
        #expect(harness.machine.openDeliveries == 3)
        #expect(harness.fail("2", at: 3, retryAt: 3, rules: .test()) == ["3"])
        #expect(harness.fail("1", at: 3, retryAt: 9000, rules: .test()) == ["1"])
        #expect(harness.fail("1", at: 4, retryAt: 5, rules: .test(epoch: 3)).isEmpty)
        #expect(harness.advance(to: 5) == ["1"])
        #expect(harness.machine.openDeliveries == 2)
    }

    @Test("what is decided of an attempt that read the new epoch is followed")
    func decidedSince() {
        var harness = DispatcherHarness()
        harness.add(due("1"), at: 0)
        harness.drop("a", epoch: 2, at: 1)
        harness.fail("1", at: 2, retryAt: 5, rules: .test(epoch: 3))
        #expect(harness.advance(to: 5) == ["1"])
    }

    @Test("a page tells anew of what was dropped while it was under way")
    func resumedAgain() {
        var harness = DispatcherHarness()
        harness.add(due("1"), due("2"), at: 0)
        harness.drop("a", epoch: 2, at: 1)
        let page = [due("1", epoch: 3), due("2", epoch: 3)]
        harness.machine.resume(page, at: DispatcherHarness.moment(2))
        harness.machine.resumed(at: DispatcherHarness.moment(2))
        #expect(harness.cut("1", at: 3) == ["1"])
        #expect(harness.cut("2", at: 3) == ["2"])
    }

    @Test("what was dropped holds up no order")
    func dropInOrder() {
        var harness = DispatcherHarness(each: 2)
        func event(_ name: String, epoch: Int) -> DueDelivery {
            due(name, session: "s", epoch: epoch, ordered: true)
        }
        #expect(harness.add(event("2", epoch: 1), at: 0) == ["2"])
        harness.add(event("1", epoch: 1), at: 0)
        harness.drop("a", epoch: 2, at: 1)
        #expect(harness.add(event("3", epoch: 3), event("4", epoch: 3), at: 2).isEmpty)
        #expect(harness.fail("2", at: 3, retryAt: 9) == ["3"])
        #expect(harness.succeed("3", at: 4) == ["4"])
    }

    @Test("the limit of a second holds for an endpoint that is disabled and enabled within it")
    func rateAcrossDrop() {
        var harness = DispatcherHarness()
        #expect(harness.add(due("1", rate: 1), at: 5) == ["1"])
        harness.cut("1", at: 5)
        harness.drop("a", epoch: 2, at: 5)
        #expect(harness.add(due("1", epoch: 3, rate: 1), at: 5.5).isEmpty)
        #expect(harness.advance(to: 6) == ["1"])
    }
}
