import BridgeSimulation

/// What many seeds came to.
struct Tally: Sendable {
    var failed: [UInt64] = []
    var steps = 0
    var simulated: Duration = .zero
    var faulty: Duration = .zero
    var befallen: [String: Int] = [:]
    var ended = 0
    var completed = 0
    var delivered = 0
    /// Of all seeds together, in whatever order they ran.
    var traceHash: UInt64 = 0

    /// Runs every seed that falls to the job.
    static func run(_ options: Options, job: Int) -> Tally {
        var tally = Tally()
        for seed in stride(from: UInt64(job), to: options.seeds, by: options.jobs) {
            tally.add(Simulation.run(seed: options.from + seed, mutation: options.mutation))
        }
        return tally
    }

    mutating func add(_ report: Simulation.Report) {
        if report.broken != nil { failed.append(report.seed) }
        steps += report.steps
        simulated += report.simulated
        faulty += report.faulty
        ended += report.ended
        completed += report.completed
        delivered += report.delivered
        traceHash ^= report.traceHash
        befallen.merge(report.befallen, uniquingKeysWith: +)
    }

    mutating func add(_ other: Tally) {
        failed += other.failed
        steps += other.steps
        simulated += other.simulated
        faulty += other.faulty
        ended += other.ended
        completed += other.completed
        delivered += other.delivered
        traceHash ^= other.traceHash
        befallen.merge(other.befallen, uniquingKeysWith: +)
    }
}
