import Testing

@testable import BridgeCore

@Suite("Breaker")
struct BreakerTests {
    let start = Tick(nanoseconds: 0)

    @Test("opens after 10 faults in a row, not after 9")
    func inARow() {
        var breaker = Breaker()
        for _ in 0..<9 { breaker.answered(fault: true, width: 64, at: start) }
        #expect(breaker.isClosed)
        breaker.answered(fault: true, width: 64, at: start)
        #expect(breaker.isOpen)
    }

    @Test("opens when half of the last 20 are faults")
    func half() {
        var breaker = Breaker()
        for index in 0..<19 { breaker.answered(fault: index.isMultiple(of: 2), width: 64, at: start) }
        #expect(breaker.isClosed)
        breaker.answered(fault: true, width: 64, at: start)
        #expect(breaker.isOpen)
    }

    @Test("lets one probe a second through while open")
    func probes() {
        var breaker = Breaker()
        for _ in 0..<10 { breaker.answered(fault: true, width: 64, at: start) }
        #expect(!breaker.allows(inFlight: 0, at: start + .milliseconds(999)))
        #expect(breaker.allows(inFlight: 0, at: start + .seconds(1)))
        breaker.sent(at: start + .seconds(1))
        #expect(!breaker.allows(inFlight: 0, at: start + .milliseconds(1999)))
        #expect(breaker.allows(inFlight: 0, at: start + .seconds(2)))
    }

    @Test("closes by doubling, and opens again at a fault on the way")
    func closing() {
        var breaker = Breaker()
        for _ in 0..<10 { breaker.answered(fault: true, width: 8, at: start) }
        breaker.answered(fault: false, width: 8, at: start)
        #expect(breaker.state == .closing(width: 2, good: 0))
        #expect(breaker.allows(inFlight: 1, at: start) && !breaker.allows(inFlight: 2, at: start))
        for _ in 0..<2 { breaker.answered(fault: false, width: 8, at: start) }
        #expect(breaker.state == .closing(width: 4, good: 0))
        breaker.answered(fault: true, width: 8, at: start)
        #expect(breaker.isOpen)
        for _ in 0..<7 { breaker.answered(fault: false, width: 8, at: start) }
        #expect(breaker.isClosed)
    }
}
