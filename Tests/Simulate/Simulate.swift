import BridgeSimulation
import Glibc

/// Runs the bridge in simulated worlds, one for each seed, and says which seed breaks a promise.
@main
enum Simulate {
    static func main() async {
        guard let options = Options(CommandLine.arguments.dropFirst()) else {
            print("usage: simulate [--seeds N] [--from SEED] [--jobs N] [--lines N] [--mutation NAME]")
            exit(2)
        }
        let clock = ContinuousClock()
        let began = clock.now
        let total = await withTaskGroup(of: Tally.self) { group in
            for job in 0..<options.jobs { group.addTask { Tally.run(options, job: job) } }
            var total = Tally()
            for await tally in group { total.add(tally) }
            return total
        }
        report(total, options, took: clock.now - began)
        exit(total.failed.isEmpty ? 0 : 1)
    }

    private static func report(_ tally: Tally, _ options: Options, took: Duration) {
        for seed in tally.failed.sorted().prefix(3) {
            let report = Simulation.run(seed: seed, mutation: options.mutation, traceLength: options.lines)
            print("seed \(seed) breaks a promise: \(report.broken ?? "not when it is run again")")
            for line in report.tail.suffix(options.lines) { print("    \(line)") }
        }
        for (fault, count) in tally.befallen.sorted(by: { $0.key < $1.key }) { print("\(fault): \(count)") }
        let seconds = took / .seconds(1)
        print(
            """
            \(options.seeds) seeds, \(tally.failed.count) failed; \(tally.ended) sessions ended, \
            \(tally.completed) completed, \(tally.delivered) deliveries made; trace \(String(tally.traceHash, radix: 16))
            \(hours(tally.faulty)) hours with faults and \(hours(tally.simulated - tally.faulty)) without in \
            \(Int(seconds)) s: \(Int(tally.faulty / took)) times real time, \(Int(tally.simulated / took)) with the waits
            """)
    }

    private static func hours(_ duration: Duration) -> Int { Int(duration / .seconds(3600)) }
}
