import BridgeSimulation
import Testing

/// Bridges that are broken on purpose: a simulation that lets one pass proves nothing.
@Suite
struct MutationTests {
    /// Within so many seeds each is noticed. The bridge as it is passes them all: they are the first of
    /// `Deploy/prove simulation`.
    private static let seeds: ClosedRange<UInt64> = 1...1000

    @Test(arguments: Mutation.allCases)
    func isNoticed(_ mutation: Mutation) async {
        let reports = await run(Self.seeds, mutation: mutation) { $0.broken != nil }
        #expect(reports.last?.broken != nil, "\(mutation) passes \(reports.count) seeds")
    }
}
