import Testing

@testable import MarksignSandbox

@Suite("Faults")
struct FaultPlanTests {
    @Test("the same seed gives the same faults, another seed others")
    func deterministic() {
        let faults = Self.faults(rate: 0.5, seed: 42)
        #expect(faults == Self.faults(rate: 0.5, seed: 42))
        #expect(faults != Self.faults(rate: 0.5, seed: 43))
    }

    @Test(
        "the rate is the share of answers that are faulty",
        arguments: [(0, 0...0), (0.25, 200...300), (1, 1000...1000)])
    func rate(rate: Double, expected: ClosedRange<Int>) {
        #expect(expected.contains(Self.faults(rate: rate, seed: 7).count { $0 != nil }))
    }

    @Test("every kind of fault occurs, and slow answers stay within their bounds")
    func kinds() {
        let faults = Self.faults(rate: 1, seed: 7).compactMap(\.self)
        for kind in [Fault.technicalError, .badGatewayPage, .page, .cut, .reset, .empty] {
            #expect(faults.contains(kind))
        }
        let delays = faults.compactMap { if case .slow(let delay) = $0 { delay } else { nil } }
        #expect(!delays.isEmpty)
        #expect(delays.allSatisfy { (.milliseconds(500) ... .seconds(5)).contains($0) })
    }

    private static func faults(rate: Double, seed: UInt64) -> [Fault?] {
        var plan = FaultPlan(rate: rate, seed: seed)
        return (0..<1000).map { _ in plan.next() }
    }
}
