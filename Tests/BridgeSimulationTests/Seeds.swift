import BridgeSimulation

/// Runs seeds one after another, and lets other tests have their turns between them.
func run(
    _ seeds: ClosedRange<UInt64>, isCalm: Bool = false, mutation: Mutation? = nil,
    until isEnough: (Simulation.Report) -> Bool = { _ in false }
) async -> [Simulation.Report] {
    var reports: [Simulation.Report] = []
    for seed in seeds {
        let report = Simulation.run(seed: seed, isCalm: isCalm, mutation: mutation)
        reports.append(report)
        if isEnough(report) { break }
        await Task.yield()
    }
    return reports
}
