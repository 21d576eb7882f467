import BridgeSimulation
import Testing

/// The simulation itself: it can be repeated, and it sees what it is there to see. Many more seeds are run by
/// `Deploy/prove simulation`, in a build that is optimised.
@Suite
struct SimulationTests {
    private static let seeds: ClosedRange<UInt64> = 1...100

    @Test
    func everyPromiseHoldsUnderEveryFault() async {
        let reports = await run(Self.seeds)
        for report in reports { #expect(report.broken == nil, "seed \(report.seed): \(report.broken ?? "")") }
        let befallen = Set(reports.flatMap(\.befallen.keys))
        #expect(befallen.isSuperset(of: Simulation.faults))
        let seen = Set(reports.flatMap(\.seen))
        #expect(seen.union([.calm]) == Set(Promise.allCases))
    }

    @Test
    func withoutFaultsAllGoesWell() async {
        for report in await run(Self.seeds, isCalm: true) {
            #expect(report.broken == nil, "seed \(report.seed): \(report.broken ?? "")")
            #expect(report.completed > 0 && report.delivered == report.ended)
        }
    }

    @Test
    func theSameSeedHasTheSameTrace() async {
        let first = await run(1...10).map(\.traceHash)
        #expect(await run(1...10).map(\.traceHash) == first)
        #expect(Set(first).count == first.count)
    }
}
