import BridgeCore

/// A dispatcher, its model, and random inputs for both.
struct DispatcherWorld {
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
        model = DispatcherModel(limits: Self.limits, start: start.tick, now: start.tick)
        for (index, client) in Self.clients.enumerated() {
            let endpoint = EndpointID(stored: "end_\(index)")
            endpoints.append(endpoint)
            truth[endpoint] = .test(of: client, epoch: 10)
            truth[endpoint] = randomRules(endpoint, epoch: 10)
        }
        resume()
    }

    private var truth: [EndpointID: DeliveryLane] = [:]
    private var endpoints: [EndpointID] = []
    var moment: Moment { DispatcherHarness.moment(Double(milliseconds) / 1000) }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    /// What a store has pending, in two pages, and something that is told between them.
    mutating func resume() {
        for _ in 0..<2 {
            var page = (0..<20).map { _ in newDelivery() }
            if let known { page.append(again(known)) }
            dispatcher.resume(page, at: moment)
            for delivery in page { model.add(delivery, due: tick(of: delivery.dueAt), keepsKnown: true) }
            addSome()
            if !dispatcher.takeEffects().isEmpty { faults.append("began before all was known") }
        }
        dispatcher.resumed(at: moment)
        check()
    }

    mutating func step() {
        passTime()
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<30: if model.open.count < 40 { addSome() }
        case 30..<85: endOne()
        case 85..<91: configure()
        case 91..<94: drop()
        case 94: if model.open.count < 40 { resume() }
        case 95..<98: sendOne()
        default: break
        }
        check()
    }

    /// Lets everything succeed until nothing is left.
    mutating func drain() {
        for _ in 0..<20_000 {
            while let id = underWay.first, faults.isEmpty {
                dispatcher.attempted(id, retryAt: nil, signal: .succeeded, lane: nil, at: moment)
                model.end(id, retryAt: nil, signal: .succeeded, rules: nil)
                check()
            }
            guard faults.isEmpty, let wakeAt = dispatcher.wakeAt else { return }
            advance(to: wakeAt)
            check()
        }
        faults.append("no end")
    }

    // MARK: Inputs

    private var underWay: [DeliveryID] { model.underWay.sorted() }

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
        if let known { deliveries.append(again(known)) }
        dispatcher.add(deliveries, at: moment)
        for delivery in deliveries { model.add(delivery, due: tick(of: delivery.dueAt)) }
    }

    /// One that is open.
    private var known: DueDelivery? {
        mutating get {
            model.open.keys.sorted().randomElement(using: &random).flatMap { model.open[$0]?.delivery }
        }
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
            lane: told(of: delivery.endpointID), dueAt: moment.wall + .milliseconds(wait))
    }

    private mutating func endOne() {
        guard let id = underWay.randomElement(using: &random), let item = model.open[id], let attempt = item.attempt
        else { return }
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
        let retryAt = isOver ? nil : moment.tick + .milliseconds(Int.random(in: 0...30_000, using: &random))
        var lane = chance(80) ? attempt.rules : nil
        if chance(5), let known = model.lanes[endpoint]?.rules {
            lane = changed(endpoint, epoch: known.epoch + 1)
        }
        dispatcher.attempted(id, retryAt: retryAt, signal: signal, lane: lane, at: moment)
        model.end(id, retryAt: retryAt, signal: signal, rules: lane)
    }

    /// The request of one that the store has held up, mostly.
    private mutating func sendOne() {
        if let id = underWay.randomElement(using: &random) { send(id) }
    }

    private mutating func send(_ id: DeliveryID) {
        dispatcher.sending(id, at: moment)
        model.send(id)
    }

    private mutating func configure() {
        let endpoint = endpoints[Int.random(in: 0..<endpoints.count, using: &random)]
        let rules =
            if chance(20) {
                randomRules(endpoint, epoch: (truth[endpoint]?.epoch ?? 0) - 1)
            } else {
                changed(endpoint, epoch: (truth[endpoint]?.epoch ?? 0) + Int.random(in: 0...1, using: &random))
            }
        dispatcher.configure(endpoint, rules, at: moment)
        model.configure(endpoint, rules)
    }

    /// Mostly in time; some are told of late, and some endpoints are deleted rather than disabled.
    private mutating func drop() {
        let endpoint = endpoints[Int.random(in: 0..<endpoints.count, using: &random)]
        let epoch = (truth[endpoint]?.epoch ?? 0) + Int.random(in: -1...1, using: &random)
        dispatcher.drop(endpoint, epoch: epoch, at: moment)
        model.drop(endpoint, epoch: epoch)
        if let rules = truth[endpoint], epoch > rules.epoch { truth[endpoint] = rules.with(epoch: epoch) }
    }

    /// An endpoint's rules as something that is added tells them: now and then old ones, or new ones.
    private mutating func told(of endpoint: EndpointID) -> DeliveryLane {
        let epoch = truth[endpoint]?.epoch ?? 0
        if chance(3) { return randomRules(endpoint, epoch: epoch - 1) }
        if chance(3) { return changed(endpoint, epoch: epoch + 1) }
        return truth[endpoint] ?? .test()
    }

    private mutating func changed(_ endpoint: EndpointID, epoch: Int) -> DeliveryLane {
        let rules = randomRules(endpoint, epoch: epoch)
        truth[endpoint] = rules
        return rules
    }

    private mutating func randomRules(_ endpoint: EndpointID, epoch: Int) -> DeliveryLane {
        DeliveryLane(
            clientID: truth[endpoint]?.clientID ?? ClientID(stored: "cli_"), epoch: epoch, ordered: chance(50),
            rateLimit: chance(40) ? Int.random(in: 1...5, using: &random) : nil)
    }

    private func tick(of time: Timestamp) -> Tick { model.now + max(time - moment.wall, .zero) }

    // MARK: Checks

    private mutating func check() {
        var begun = dispatcher.takeEffects()[...]
        while let id = begun.popFirst() {
            if !model.mayBegin(id) { faults.append("\(id) began and may not") }
            model.begin(id)
            if !chance(20) { send(id) }
            begun += dispatcher.takeEffects()
        }
        if model.underWay.count > Self.limits.maximumConcurrent { faults.append("too many at once") }
        if model.underWay.count != dispatcher.attemptsInFlight { faults.append("the count under way is wrong") }
        if model.open.count != dispatcher.openDeliveries { faults.append("the count of the open is wrong") }
        if let wakeAt = dispatcher.wakeAt, wakeAt <= model.now { faults.append("a timer of the past") }
        if model.underWay.count < Self.limits.maximumConcurrent,
            let forgotten = model.open.keys.first(where: { model.mayBegin($0) })
        {
            faults.append("\(forgotten) may begin and did not")
        }
        model.forget()
    }
}
