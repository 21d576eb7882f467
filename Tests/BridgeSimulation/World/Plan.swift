import BridgeCore

/// What one seed makes of the world: how much is asked of it, and how often what goes wrong. Each seed draws its own
/// rates, and many of them are zero, so that no fault hides another.
struct Plan {
    var ratePerSecond = 50.0
    var maximumConcurrent = 64
    var policy = RetryPolicy(schedule: Self.shortSchedule)
    var disableAfter: Duration = .seconds(5 * 86_400)
    var clients = 1
    var endpointsPerClient = 1
    var sessions = 10
    var length: Duration = .seconds(300)
    /// How often each fault befalls what it can befall, from 0 to 1.
    var rates: [Fault: Double] = [:]
    /// The mean time between spells; those that are missing never come.
    var spells: [Spell: Duration] = [:]
    /// How often clients do more than start and wait, from 0 to 1.
    var meddling = 0.0

    static let shortSchedule: [Duration] = [.seconds(5), .seconds(30), .seconds(120), .seconds(600)]
    static let longSchedule: [Duration] =
        [.seconds(5), .seconds(300)] + [0.5, 2, 5, 10, 14, 20, 24].map { .seconds($0 * 3600) }

    /// A world without faults: all must go as it should.
    init(calm chance: inout Chance) {
        sessions = chance.number(3...25)
        length = chance.duration(.seconds(60)...(.seconds(600)))
    }

    init(_ chance: inout Chance) {
        ratePerSecond = chance.pick([2, 4, 10, 50, 100])
        maximumConcurrent = chance.pick([2, 8, 64])
        policy = RetryPolicy(schedule: chance.happens(0.3) ? Self.longSchedule : Self.shortSchedule)
        disableAfter = chance.pick([.seconds(300), .seconds(5 * 86_400)])
        clients = chance.number(1...3)
        endpointsPerClient = chance.number(1...2)
        sessions = chance.number(3...24)
        length = chance.duration(.seconds(30)...(.seconds(600)))
        meddling = chance.happens(0.3) ? 0 : chance.unit() * 0.5
        for fault in Fault.allCases where chance.happens(0.4) {
            rates[fault] = fault.worst * chance.unit()
        }
        for spell in Spell.allCases where chance.happens(0.35) {
            spells[spell] = chance.duration(.seconds(20)...(.seconds(400)))
        }
    }

    func rate(_ fault: Fault) -> Double { rates[fault] ?? 0 }
}
