import BridgeCore
import Testing

@Suite("Dispatcher: rate limit")
struct DispatcherRateTests {
    func deliveries(_ range: Range<Int>, rate: Int?, at seconds: Double = 0) -> [DueDelivery] {
        range.map { due("\($0)", event: "\(1000 + $0)", rate: rate, at: seconds) }
    }

    /// Runs until nothing waits, each attempt taking no time; when each began.
    func drain(_ harness: inout DispatcherHarness, _ begun: [String], at seconds: Double) -> [Double] {
        var times: [Double] = []
        var begun = begun
        var now = seconds
        while true {
            while let name = begun.popLast() {
                times.append(now)
                begun += harness.succeed(name, at: now)
            }
            guard harness.machine.openDeliveries > 0, let wakeAt = harness.wakeAt, wakeAt > now else { return times }
            now = wakeAt
            begun = harness.advance(to: now)
        }
    }

    @Test("no second holds more attempts than the limit, wherever it begins", arguments: [1, 2, 7, 50])
    func anyWindow(_ limit: Int) {
        var harness = DispatcherHarness(each: 100)
        harness.add(deliveries(0..<(limit / 2 + 1), rate: limit), at: 5)
        let first = harness.add(deliveries(100..<(100 + 4 * limit), rate: limit, at: 5.4), at: 5.4)
        let early = (0..<(limit / 2 + 1)).map { "\($0)" }
        var times = early.map { _ in 5.0 }
        times += drain(&harness, early + first, at: 5.4).dropFirst(early.count)
        #expect(times.count == limit / 2 + 1 + 4 * limit)
        for (index, time) in times.enumerated().dropFirst(limit) { #expect(time - times[index - limit] >= 1) }
        #expect(times.max() ?? 0 < 11)
    }

    @Test("a lane that was empty meanwhile remembers what began, and no longer than that counts")
    func emptyLane() {
        var harness = DispatcherHarness()
        #expect(harness.add(deliveries(0..<2, rate: 2), at: 5).count == 2)
        harness.cut("0", at: 5)
        harness.cut("1", at: 5)
        #expect(harness.wakeAt == 6)
        #expect(harness.add(deliveries(2..<3, rate: 2), at: 5.5).isEmpty)
        #expect(harness.advance(to: 6) == ["2"])
        harness.cut("2", at: 6)
        harness.advance(to: 7)
        #expect(harness.wakeAt == nil)
    }

    @Test("what began in the second before the start is not known, so nothing begins in the second after it")
    func restart() {
        var harness = DispatcherHarness(resumed: false)
        harness.machine.resume(deliveries(0..<9, rate: 3), at: DispatcherHarness.moment(0))
        harness.machine.resumed(at: DispatcherHarness.moment(0.25))
        #expect(harness.begun(at: 0.25).isEmpty)
        #expect(harness.wakeAt == 1)
        #expect(harness.add(due("free", to: "b"), at: 0.5) == ["free"])
        #expect(harness.advance(to: 1).count == 3)
    }

    @Test("a limit that is changed counts what began before")
    func changed() {
        var harness = DispatcherHarness()
        #expect(harness.add(deliveries(0..<20, rate: 4), at: 5).count == 4)
        for name in 0..<4 { harness.succeed("\(name)", at: 5) }
        #expect(harness.configure("a", rate: 6, at: 5.1).count == 2)
        #expect(harness.configure("a", rate: 1, at: 5.2).isEmpty)
        harness.succeed("4", at: 5.3)
        harness.succeed("5", at: 5.3)
        #expect(harness.wakeAt == 6.1)
        #expect(harness.advance(to: 6.1).count == 1)
        #expect(harness.configure("a", at: 6.2).count == 3)
    }

    @Test("a request that the store holds up counts from when it begins, and takes room until then")
    func heldUp() {
        var harness = DispatcherHarness()
        harness.sendsAtOnce = false
        #expect(harness.add(deliveries(0..<9, rate: 3), at: 5).count == 3)
        #expect(harness.wakeAt == nil)
        #expect(harness.advance(to: 6.5).isEmpty)
        harness.send("0", at: 6.5)
        harness.send("1", at: 6.7)
        #expect(harness.wakeAt == 7.5)
        #expect(harness.advance(to: 7.5).count == 1)
        // One that comes to nothing without a request leaves its place.
        #expect(harness.cut("2", at: 7.6).count == 1)
        #expect(harness.wakeAt == nil)
    }

    @Test("a limit of one endpoint holds up no other")
    func others() {
        var harness = DispatcherHarness()
        harness.add(deliveries(0..<100, rate: 1), at: 5)
        #expect(harness.add(due("b", to: "b"), at: 5) == ["b"])
    }
}
