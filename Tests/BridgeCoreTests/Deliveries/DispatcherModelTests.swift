import BridgeCore
import Testing

@Suite("Dispatcher: random inputs")
struct DispatcherModelTests {
    @Test("nothing begins that may not, and everything that may", arguments: Array(1...12) as [UInt64])
    func model(_ seed: UInt64) throws {
        var world = DispatcherWorld(seed: seed)
        for step in 0..<800 {
            world.step()
            try #require(world.faults.isEmpty, "seed \(seed), step \(step)")
        }
        world.drain()
        #expect(world.faults.isEmpty)
        #expect(world.model.open.isEmpty)
        #expect(world.dispatcher.openDeliveries == 0)
        #expect(world.dispatcher.wakeAt == nil)
    }
}
