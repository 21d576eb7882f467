import BridgeCore
import Marksign

/// The simulated world: one queue of what will happen, one clock, one seed.
final class World {
    let plan: Plan
    let mutation: Mutation?
    var chance: Chance
    let identifiers: Identifiers
    private(set) var now = Tick(nanoseconds: 0)
    /// How far the wall clock is from where it began.
    var wallOffset: Duration = .zero
    /// Faults have stopped.
    private(set) var isHealing = false
    private(set) var trace: Trace
    /// How often each fault befell.
    private(set) var befallen: [String: Int] = [:]
    private var agenda = Agenda()
    /// Until when each spell lasts.
    private var spells: [Spell: Tick] = [:]

    let witness = Witness()
    let store = ModelStore()
    let upstream = ModelUpstream()
    let receivers = ModelReceivers()
    let clients = ModelClients()
    /// The process that clients reach; `nil` while none runs.
    var process: BridgeProcess?
    /// A process that another has followed, and that does not know it.
    var zombie: BridgeProcess?
    var processes = 0
    /// Two processes have run at once.
    var hasTakenOver = false

    init(seed: UInt64, plan: Plan, chance: Chance, mutation: Mutation?, traceLength: Int) {
        self.plan = plan
        self.mutation = mutation
        self.chance = chance
        identifiers = Identifiers(seed: seed &+ 1)
        trace = Trace(length: traceLength)
        witness.world = self
        store.world = self
        upstream.world = self
        receivers.world = self
        clients.world = self
    }

    // MARK: Time

    /// Where the wall clock begins.
    private static let epoch = Timestamp(milliseconds: 1_795_000_000_000)

    var wall: Timestamp { Self.epoch + .nanoseconds(now.nanoseconds) + wallOffset }

    var moment: Moment { Moment(wall: wall, tick: now) }

    func after(_ delay: Duration, in owner: BridgeProcess? = nil, _ action: @escaping () -> Void) {
        agenda.plan(at: now + delay, of: owner, action)
    }

    func at(_ time: Tick, in owner: BridgeProcess? = nil, _ action: @escaping () -> Void) {
        agenda.plan(at: max(time, now), of: owner, action)
    }

    /// Lets things happen until then, or until `isDone`, or until a promise is broken.
    func run(until end: Tick, isDone: () -> Bool = { false }) {
        while witness.broken == nil, !isDone(), let entry = agenda.next(until: end) {
            now = max(now, entry.at)
            if let owner = entry.owner {
                guard owner.isAlive else { continue }
                if let pausedUntil = owner.pausedUntil, pausedUntil > now {
                    agenda.plan(at: pausedUntil, of: owner, entry.action)
                    continue
                }
            }
            entry.action()
        }
        if witness.broken == nil, !isDone() { now = max(now, end) }
    }

    func close() {
        agenda.clear()
        process = nil
        zombie = nil
    }

    // MARK: What goes wrong

    /// Whether a fault befalls now.
    func befalls(_ fault: Fault) -> Bool {
        guard !isHealing, chance.happens(plan.rate(fault)) else { return false }
        befallen[fault.rawValue, default: 0] += 1
        return true
    }

    func lasts(_ spell: Spell) -> Bool {
        guard let end = spells[spell] else { return false }
        return end > now
    }

    func begin(_ spell: Spell, for duration: Duration) {
        befallen[spell.rawValue, default: 0] += 1
        spells[spell] = now + duration
        note("spell", spell.rawValue, "")
    }

    /// Faults stop, for good.
    func heal() {
        isHealing = true
        spells.removeAll()
        note("heal", "", "")
    }

    func note(_ what: String, _ detail: String, _ more: String = "") {
        trace.note(what, detail, more, at: now)
    }
}
