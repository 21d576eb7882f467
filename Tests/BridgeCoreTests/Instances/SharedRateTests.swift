import Testing

@testable import BridgeCore

@Suite("The rate of many instances together")
struct SharedRateTests {
    @Test(
        "no second holds more than the rate, while instances come, go, are killed and stopped",
        arguments: 0..<40 as Range<UInt64>)
    func rate(seed: UInt64) {
        var world = SharedRateWorld(seed: seed)
        world.run(for: .seconds(150))
        #expect(world.mostInASecond <= Int(world.maxRate), "seed \(seed)")
    }

    @Test("left alone, the instances soon have the whole rate", arguments: 0..<20 as Range<UInt64>)
    func whole(seed: UInt64) {
        var world = SharedRateWorld(seed: seed)
        world.run(for: .seconds(60))
        world.heal()
        // A request of a process that is dead may be on its way for 20 s, and renew its lease then.
        world.run(for: .seconds(60))
        #expect(world.present.map(\.membership.share).reduce(0, +) == world.maxRate, "seed \(seed)")
        world.countFromNow()
        world.run(for: .seconds(20))
        #expect(Double(world.sent.count) >= 0.95 * 19 * world.maxRate, "seed \(seed)")
    }
}
