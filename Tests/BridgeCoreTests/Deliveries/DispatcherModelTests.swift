import BridgeCore
import Testing

@Suite("Dispatcher: random inputs")
struct DispatcherModelTests {
    @Test("nothing begins that may not, and everything that may", arguments: Array(1...12) as [UInt64])
    func model(_ seed: UInt64) throws {
        var world = World(seed: seed)
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

/// A dispatcher, its model, and random inputs for both.
private struct World {
    static let limits = DispatchLimits(maximumConcurrent: 12, longestWait: .seconds(100_000))
    static let clients = ["a", "a", "a", "b", "b", "c"]

    var random: SeededGenerator
    var dispatcher: Dispatcher
    var model: DispatcherModel
    var faults: [String] = []
    var milliseconds = 0
    var made = 0
    /// How likely an attempt fails now, in percent; it changes from time to time, for each endpoint.
    var failure: [EndpointID: Int] = [:]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        let start = DispatcherHarness.moment(0)
        dispatcher = Dispatcher(limits: Self.limits, at: start.tick)
        var rules: [EndpointID: DeliveryLane] = [:]
        for (index, client) in Self.clients.enumerated() {
            rules[EndpointID(stored: "end_\(index)")] = .test(of: client)
        }
        model = DispatcherModel(limits: Self.limits, start: start.tick, now: start.tick, rules: rules)
        for endpoint in endpoints { model.rules[endpoint] = randomRules(endpoint) }
        resume(at: start)
    }

    var endpoints: [EndpointID] { model.rules.keys.sorted() }
    var moment: Moment { DispatcherHarness.moment(Double(milliseconds) / 1000) }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    /// What a store has pending, in two pages, and something that is told between them.
    mutating func resume(at now: Moment) {
        for _ in 0..<2 {
            let page = (0..<20).map { _ in newDelivery() }
            dispatcher.resume(page, at: now)
            for delivery in page { model.add(delivery, due: tick(of: delivery.dueAt)) }
            addSome()
            if !dispatcher.takeEffects().isEmpty { faults.append("began before all was known") }
        }
        dispatcher.resumed(at: now)
        check()
    }

    mutating func step() {
        passTime()
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<30: if model.open.count < 40 { addSome() }
        case 30..<85: endOne()
        case 85..<92: configure()
        default: break
        }
        check()
    }

    /// Lets everything succeed until nothing is left.
    mutating func drain() {
        for _ in 0..<20_000 {
            while let id = underWay.first, faults.isEmpty {
                dispatcher.attempted(id, retryAt: nil, signal: .succeeded, lane: nil, at: moment)
                model.end(id, retryAt: nil, signal: .succeeded)
                check()
            }
            guard faults.isEmpty, let wakeAt = dispatcher.wakeAt else { return }
            advance(to: wakeAt)
            check()
        }
        faults.append("no end")
    }

    // MARK: Inputs

    private var underWay: [DeliveryID] { model.open.filter(\.value.isUnderWay).keys.sorted() }

    private mutating func passTime() {
        if chance(30), let wakeAt = dispatcher.wakeAt {
            advance(to: wakeAt)
        } else if chance(60) {
            let longest = [10, 300, 3000, 100_000].randomElement(using: &random) ?? 10
            advance(to: model.now + .milliseconds(Int.random(in: 0...longest, using: &random)))
        }
    }

    private mutating func advance(to tick: Tick) {
        // A timer that is passed over is late, but nothing is lost.
        milliseconds = Int((tick - DispatcherHarness.start).wholeMilliseconds)
        model.now = tick
        dispatcher.advance(to: moment)
        model.forget()
        check()
    }

    private mutating func addSome() {
        var deliveries = (0..<Int.random(in: 1...6, using: &random)).map { _ in newDelivery() }
        if let known = model.open.keys.sorted().randomElement(using: &random), let item = model.open[known] {
            deliveries.append(again(item.delivery))
        }
        dispatcher.add(deliveries, at: moment)
        for delivery in deliveries { model.add(delivery, due: tick(of: delivery.dueAt)) }
    }

    private mutating func newDelivery() -> DueDelivery {
        made += 1
        // Events sort in another order than they are told in.
        let event = Int.random(in: 0..<1000, using: &random) * 1_000_000 + made
        let endpoint = endpoints[Int.random(in: 0..<endpoints.count, using: &random)]
        let session = chance(80) ? SessionID(stored: "ses_\(Int.random(in: 0..<4, using: &random))") : nil
        return again(
            DueDelivery(
                id: DeliveryID(stored: "dlv_\(made)"), eventID: EventID(stored: "evt_\(1_000_000_000 + event)"),
                sessionID: session, endpointID: endpoint, lane: .test(), dueAt: moment.wall))
    }

    private mutating func again(_ delivery: DueDelivery) -> DueDelivery {
        let wait = chance(70) ? Int.random(in: -1000...0, using: &random) : Int.random(in: 0...20_000, using: &random)
        return DueDelivery(
            id: delivery.id, eventID: delivery.eventID, sessionID: delivery.sessionID, endpointID: delivery.endpointID,
            lane: model.rules[delivery.endpointID] ?? delivery.lane, dueAt: moment.wall + .milliseconds(wait))
    }

    private mutating func endOne() {
        guard let id = underWay.randomElement(using: &random), let item = model.open[id] else { return }
        let endpoint = item.delivery.endpointID
        if chance(3) { failure[endpoint] = [0, 20, 100].randomElement(using: &random) }
        let signal: EndpointSignal =
            if chance(5) {
                .none
            } else if chance(failure[endpoint] ?? 20) {
                .failed(pause: chance(10) ? .seconds(Int.random(in: 0...400, using: &random)) : nil)
            } else {
                .succeeded
            }
        let isOver = signal == .succeeded || chance(10)
        let retryAt = isOver ? nil : moment.wall + .milliseconds(Int.random(in: 0...30_000, using: &random))
        let lane = chance(80) ? item.rulesAtBeginning : nil
        dispatcher.attempted(id, retryAt: retryAt, signal: signal, lane: lane, at: moment)
        model.end(id, retryAt: retryAt.map(tick), signal: signal)
    }

    private mutating func configure() {
        let endpoint = endpoints[Int.random(in: 0..<endpoints.count, using: &random)]
        let rules = randomRules(endpoint)
        let clears = chance(30)
        model.rules[endpoint] = rules
        if clears { model.clearRecord(of: endpoint) }
        dispatcher.configure(endpoint, rules, clearsRecord: clears, at: moment)
    }

    private mutating func randomRules(_ endpoint: EndpointID) -> DeliveryLane {
        DeliveryLane(
            clientID: model.rules[endpoint]?.clientID ?? ClientID(stored: "cli_"), ordered: chance(50),
            rateLimit: chance(40) ? Int.random(in: 1...5, using: &random) : nil)
    }

    private func tick(of time: Timestamp) -> Tick { model.now + max(time - moment.wall, .zero) }

    // MARK: Checks

    private mutating func check() {
        for id in dispatcher.takeEffects() {
            if !model.mayBegin(id) { faults.append("\(id) began and may not") }
            model.begin(id)
        }
        if model.attemptsInFlight > Self.limits.maximumConcurrent { faults.append("too many at once") }
        if model.attemptsInFlight != dispatcher.attemptsInFlight { faults.append("the count under way is wrong") }
        if model.open.count != dispatcher.openDeliveries { faults.append("the count of the open is wrong") }
        if let wakeAt = dispatcher.wakeAt, wakeAt <= model.now { faults.append("a timer of the past") }
        if model.attemptsInFlight < Self.limits.maximumConcurrent,
            let forgotten = model.open.keys.first(where: { model.mayBegin($0) })
        {
            faults.append("\(forgotten) may begin and did not")
        }
        model.forget()
    }
}
