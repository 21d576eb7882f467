import BridgeCore

/// Runs one seed: first faults, every promise watched at every step; then none, and all that is due must get done.
public struct Simulation {
    /// What a seed came to.
    public struct Report: Sendable {
        /// The seed.
        public let seed: UInt64
        /// The promise that was broken; `nil` when all held.
        public let broken: String?
        /// Two runs of one seed have the same.
        public let traceHash: UInt64
        /// The last lines of the trace, if they were wanted.
        public let tail: [String]
        /// What happened, in steps.
        public let steps: Int
        /// How long that took in the simulated world, and how much of it with faults. Retries wait for hours.
        public let simulated: Duration, faulty: Duration
        /// How often each fault befell.
        public let befallen: [String: Int]
        /// The promises that something was held against.
        public let seen: Set<Promise>
        /// How many sessions ended, how many of them completed, and how many deliveries were made.
        public let ended: Int, completed: Int, delivered: Int
    }

    /// The names of all faults that a seed may draw.
    public static let faults = Fault.allCases.map(\.rawValue) + Spell.allCases.map(\.rawValue)

    /// Runs a seed.
    ///
    /// - Parameters:
    ///   - isCalm: Nothing goes wrong: then everything must go well.
    ///   - traceLength: How many lines of the trace are kept.
    public static func run(
        seed: UInt64, isCalm: Bool = false, mutation: Mutation? = nil, traceLength: Int = 0
    ) -> Report {
        var chance = Chance(seed: seed)
        let plan = isCalm ? Plan(calm: &chance) : Plan(&chance)
        let world = World(seed: seed, plan: plan, chance: chance, mutation: mutation, traceLength: traceLength)
        world.clients.begin()
        world.planSpells()
        world.boot()
        world.run(until: Tick(nanoseconds: 0) + plan.length)
        heal(world)
        if isCalm { world.witness.checkCalm() }
        defer { world.close() }
        return report(world, seed: seed)
    }

    private static func heal(_ world: World) {
        world.heal()
        world.process?.pausedUntil = nil
        world.endTakeover()
        world.clients.enableAll()
        // A session may take all of its time, and a delivery the longest wait of its schedule.
        let rules = WatchRules()
        let longest = max(world.plan.policy.schedule.max() ?? .zero, RetryPolicy.maximumRetryAfter) * 1.2
        let bound = world.now + rules.timeout + rules.rescue + longest + .seconds(600)
        // What clients asked for before may still come.
        world.run(until: world.now + .seconds(120))
        world.run(until: bound) { world.store.unfinished == nil }
        if let unfinished = world.store.unfinished {
            world.witness.demand(false, .healing, unfinished)
        }
        world.witness.checkEnd()
    }

    private static func report(_ world: World, seed: UInt64) -> Report {
        let sessions = world.store.sessionOrder.compactMap { world.store.sessions[$0]?.session.status }
        return Report(
            seed: seed, broken: world.witness.broken, traceHash: world.trace.hash, tail: world.trace.tail,
            steps: world.trace.steps, simulated: world.now - Tick(nanoseconds: 0), faulty: world.plan.length,
            befallen: world.befallen,
            seen: world.witness.seen,
            ended: sessions.count { $0.isFinal }, completed: sessions.count { $0 == .completed },
            delivered: world.store.deliveryOrder.count { world.store.deliveries[$0]?.status == .delivered })
    }
}
