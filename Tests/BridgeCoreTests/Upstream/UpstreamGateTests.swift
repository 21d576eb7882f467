import Testing

@testable import BridgeCore

@Suite("The upstream budget")
struct UpstreamGateTests {
    let start = Tick(nanoseconds: 0)
    let clients = ["01", "02", "03"].map { ClientID(stored: "cli_\($0)") }

    func gate(rate: Double = 1e6, concurrency: Int = 8) -> UpstreamGate {
        UpstreamGate(limits: UpstreamLimits(ratePerSecond: rate, maximumConcurrent: concurrency), at: start)
    }

    @Test("no second holds more than the rate, whatever the load", arguments: [1.0, 7, 50, 500, 10_000])
    func rate(_ rate: Double) {
        var gate = gate(rate: rate, concurrency: .max)
        var sent: [Tick] = []
        var generator = SeededGenerator(seed: 7)
        var now = start
        for entry in 0..<Int(rate * 6) { gate.enqueue(entry, .poll, of: clients[entry % 3]) }
        while now < start + .seconds(5) {
            while gate.next(at: now, where: { _, _ in true }) != nil {
                gate.finished(.poll, fault: false, at: now)
                sent.append(now)
            }
            now = now + .nanoseconds(Int64(generator.unit() * 2e8 / rate) + 1)
        }
        var first = 0
        for (index, tick) in sent.enumerated() {
            while tick - sent[first] >= .seconds(1) { first += 1 }
            #expect(Double(index - first + 1) <= rate)
        }
        #expect(Double(sent.count) >= rate * 4 - 1)
    }

    @Test("a client with thousands of polls delays another's by one")
    func fairness() throws {
        var gate = gate()
        for entry in 0..<5000 { gate.enqueue(entry, .poll, of: clients[0]) }
        gate.enqueue(9999, .poll, of: clients[1])
        let later = start + .seconds(1)
        let order = (0..<2).compactMap { _ in gate.next(at: later, where: { _, _ in true })?.entry }
        #expect(order == [0, 9999])
    }

    @Test("starts and removals go before polls, but every fourth permit is a poll's")
    func priority() {
        var gate = gate(concurrency: 100)
        for entry in 0..<8 { gate.enqueue(entry, .start, of: clients[0]) }
        for entry in 0..<8 { gate.enqueue(100 + entry, .poll, of: clients[1]) }
        gate.enqueue(200, .removal, of: clients[2])
        let later = start + .seconds(1)
        let lanes = (0..<8).compactMap { _ in gate.next(at: later, where: { _, _ in true })?.lane }
        #expect(lanes == [.removal, .start, .start, .poll, .start, .start, .start, .poll])
    }

    @Test("starts hold at most half of the concurrency")
    func startsHoldHalf() {
        var gate = gate(concurrency: 8)
        for entry in 0..<8 { gate.enqueue(entry, .start, of: clients[0]) }
        let later = start + .seconds(1)
        var granted = 0
        while gate.next(at: later, where: { _, _ in true }) != nil { granted += 1 }
        #expect(granted == 4)
        #expect(gate.nextChance == nil)
        gate.finished(.start, fault: false, at: later)
        #expect(gate.next(at: later, where: { _, _ in true })?.lane == .start)
    }

    @Test("entries that are not wanted any more cost no permit")
    func unwanted() {
        var gate = gate(rate: 1)
        for entry in 0..<10 { gate.enqueue(entry, .poll, of: clients[0]) }
        let later = start + .seconds(1)
        #expect(gate.next(at: later, where: { _, _ in false }) == nil)
        gate.enqueue(10, .poll, of: clients[0])
        #expect(gate.next(at: later, where: { _, _ in true })?.entry == 10)
    }

    @Test("nothing goes out from the end of a share on, until it is set again")
    func end() {
        var gate = gate(rate: 10)
        for entry in 0..<20 { gate.enqueue(entry, .poll, of: clients[0]) }
        gate.setRate(10, until: start + .seconds(2), at: start)
        #expect(gate.next(at: start + .seconds(1), where: { _, _ in true }) != nil)
        #expect(gate.next(at: start + .seconds(2), where: { _, _ in true }) == nil)
        #expect(gate.nextChance == nil)
        gate.setRate(10, until: nil, at: start + .seconds(3))
        #expect(gate.next(at: start + .seconds(3), where: { _, _ in true }) != nil)
    }

    @Test("a smaller share counts what went out in the last second")
    func smaller() throws {
        var gate = gate(rate: 10, concurrency: .max)
        for entry in 0..<40 { gate.enqueue(entry, .poll, of: clients[0]) }
        var now = start
        var sent = 0
        while now < start + .seconds(2) {
            now = now + .milliseconds(10)
            while gate.next(at: now, where: { _, _ in true }) != nil { sent += 1 }
        }
        gate.setRate(2, until: nil, at: now)
        let next = try #require(gate.nextChance)
        #expect(next > now + .milliseconds(700))
        #expect(gate.next(at: next, where: { _, _ in true }) != nil)
        gate.setRate(0, until: nil, at: next)
        #expect(gate.nextChance == nil)
    }
}
