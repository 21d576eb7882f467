import BridgeCore
import Testing

@Suite("Dispatcher")
struct DispatcherTests {
    let epoch = Timestamp(milliseconds: 1_795_255_212_345)

    func moment(_ seconds: Double) -> Moment {
        Moment(wall: epoch + .seconds(seconds), tick: Tick(nanoseconds: 0) + .seconds(seconds))
    }

    func due(_ name: String, to endpoint: String = "a", at seconds: Double = 0) -> DueDelivery {
        DueDelivery(
            id: DeliveryID(stored: "dlv_\(name)"), endpointID: EndpointID(stored: "end_\(endpoint)"),
            dueAt: moment(seconds).wall)
    }

    func dispatcher(total: Int = 100, each: Int = 4) -> Dispatcher {
        Dispatcher(
            limits: DispatchLimits(
                maximumConcurrent: total, maximumPerEndpoint: each, longestWait: .seconds(100_000)))
    }

    @Test("a hanging endpoint holds its own slots; the others' deliveries start at once")
    func isolation() {
        var dispatcher = dispatcher()
        dispatcher.add((0..<1000).map { due("h\($0)", to: "hanging") }, at: moment(0))
        #expect(dispatcher.takeEffects().count == 4)
        dispatcher.add((0..<50).map { due("g\($0)", to: "good\($0)") }, at: moment(1))
        #expect(dispatcher.takeEffects().count == 50)
    }

    @Test("a free slot goes to the next delivery of the endpoint")
    func slots() {
        var dispatcher = dispatcher(each: 1)
        dispatcher.add([due("1"), due("2")], at: moment(0))
        #expect(dispatcher.takeEffects() == [due("1").id])
        dispatcher.attempted(due("1").id, retryAt: nil, at: moment(1))
        #expect(dispatcher.takeEffects() == [due("2").id])
        #expect(dispatcher.openDeliveries == 1)
    }

    @Test("the bound in all is shared in turn")
    func turns() {
        var dispatcher = dispatcher(total: 2)
        dispatcher.add([due("a1"), due("a2"), due("a3"), due("b1", to: "b")], at: moment(0))
        #expect(Set(dispatcher.takeEffects()) == [due("a1").id, due("b1").id])
    }

    @Test("a retry waits for its time")
    func retry() {
        var dispatcher = dispatcher()
        dispatcher.add([due("1")], at: moment(0))
        _ = dispatcher.takeEffects()
        dispatcher.attempted(due("1").id, retryAt: moment(5).wall, at: moment(0))
        #expect(dispatcher.takeEffects().isEmpty)
        #expect(dispatcher.wakeAt == moment(5).tick)
        dispatcher.advance(to: moment(5))
        #expect(dispatcher.takeEffects() == [due("1").id])
    }

    @Test("a resend during an attempt follows it; one during a wait replaces it")
    func resend() {
        var dispatcher = dispatcher()
        dispatcher.add([due("1")], at: moment(0))
        _ = dispatcher.takeEffects()
        dispatcher.add([due("1")], at: moment(1))
        #expect(dispatcher.takeEffects().isEmpty)
        dispatcher.attempted(due("1").id, retryAt: moment(500).wall, at: moment(2))
        #expect(dispatcher.takeEffects() == [due("1").id])
        dispatcher.attempted(due("1").id, retryAt: moment(500).wall, at: moment(3))
        dispatcher.add([due("1", at: 4)], at: moment(4))
        #expect(dispatcher.takeEffects() == [due("1").id])
        dispatcher.attempted(due("1").id, retryAt: nil, at: moment(5))
        dispatcher.advance(to: moment(600))
        #expect(dispatcher.takeEffects().isEmpty)
        #expect(dispatcher.openDeliveries == 0)
    }

    @Test("what the store calls pending does not repeat what is under way")
    func resume() {
        var dispatcher = dispatcher()
        dispatcher.add([due("1")], at: moment(0))
        #expect(dispatcher.takeEffects() == [due("1").id])
        dispatcher.resume([due("1"), due("2")], at: moment(0))
        #expect(dispatcher.takeEffects() == [due("2").id])
        dispatcher.attempted(due("1").id, retryAt: moment(5).wall, at: moment(0))
        #expect(dispatcher.takeEffects().isEmpty)
    }

    @Test("a jump of the wall clock delays by no more than the longest wait")
    func clockJump() throws {
        var dispatcher = dispatcher()
        dispatcher.add([due("1", at: 40_000_000)], at: moment(0))
        #expect(try #require(dispatcher.wakeAt) == moment(100_000).tick)
    }
}
