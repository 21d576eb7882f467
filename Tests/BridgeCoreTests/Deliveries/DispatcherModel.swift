import BridgeCore

/// What a dispatcher may do, written as plainly as possible: everything is looked at anew for every question.
struct DispatcherModel {
    let limits: DispatchLimits
    let start: Tick
    var now: Tick
    /// What is known of the endpoints that have deliveries, or had some lately.
    var lanes: [EndpointID: Known] = [:]
    var open: [DeliveryID: Open] = [:]
    var records: [EndpointID: Record] = [:]
    /// When the requests of attempts began that a limit held for.
    var limitedRequests: [EndpointID: [Tick]] = [:]

    struct Known {
        var rules: DeliveryLane
        var isOpen = true
    }

    struct Open {
        let delivery: DueDelivery
        var due: Tick
        var attempt: Attempt?
    }

    struct Attempt {
        let begunAt: Tick
        let rules: DeliveryLane
        let isProbe: Bool
        /// Whether its request is still to begin.
        var isHeldUp = true
        var again: Tick?
        var droppedUnder: Int?
    }

    struct Record {
        var isTrusted = false
        var failures = 0
        var lastResult: Tick?
        var wait: Duration = .seconds(1)
        var pausedUntil: Tick?
    }

    // MARK: Questions

    private(set) var underWay: Set<DeliveryID> = []

    private func attempts(to endpoint: EndpointID) -> [Attempt] {
        underWay.compactMap { open[$0] }.filter { $0.delivery.endpointID == endpoint }.compactMap(\.attempt)
    }

    private func isTrusted(_ endpoint: EndpointID) -> Bool {
        records[endpoint]?.isTrusted == true
            && attempts(to: endpoint).allSatisfy { now - $0.begunAt < .seconds(1) }
    }

    /// How many doubtful attempts are under way: all, or those of a client.
    private func doubtful(of client: ClientID? = nil) -> Int {
        underWay.compactMap { open[$0]?.delivery.endpointID }
            .count { (client == nil || lanes[$0]?.rules.clientID == client) && !isTrusted($0) }
    }

    /// Whether the delivery's attempt may begin, as far as there is a slot in all.
    func mayBegin(_ id: DeliveryID) -> Bool {
        guard let item = open[id], item.attempt == nil, item.due <= now else { return false }
        return laneIsOpen(item.delivery.endpointID) && isInOrder(item.delivery)
    }

    private func laneIsOpen(_ endpoint: EndpointID) -> Bool {
        guard let rules = lanes[endpoint]?.rules else { return false }
        let record = records[endpoint] ?? Record()
        guard attempts(to: endpoint).count < (record.failures >= 10 ? 1 : limits.maximumPerEndpoint) else {
            return false
        }
        if record.failures >= 10, let last = record.lastResult, now < last + record.wait { return false }
        if let pausedUntil = record.pausedUntil, now < pausedUntil { return false }
        if let limit = rules.rateLimit {
            let recent = (limitedRequests[endpoint] ?? []).count { now - $0 < .seconds(1) }
            let heldUp = attempts(to: endpoint).count { $0.isHeldUp && $0.rules.rateLimit != nil }
            guard recent + heldUp < limit, now - start >= .seconds(1) else { return false }
        }
        if isTrusted(endpoint) {
            return attempts(to: endpoint).isEmpty || underWay.count < limits.maximumConcurrent * 3 / 4
        }
        return doubtful() < limits.maximumConcurrent / 2 || doubtful(of: rules.clientID) == 0
    }

    private func isInOrder(_ delivery: DueDelivery) -> Bool {
        guard lanes[delivery.endpointID]?.rules.ordered == true, let session = delivery.sessionID else { return true }
        return !open.values.contains { other in
            other.delivery.id != delivery.id && other.delivery.endpointID == delivery.endpointID
                && other.delivery.sessionID == session
                && (other.attempt != nil || other.delivery.eventID < delivery.eventID)
        }
    }

    // MARK: Inputs

    mutating func add(_ delivery: DueDelivery, due: Tick, keepsKnown: Bool = false) {
        let endpoint = delivery.endpointID
        lanes[endpoint] = lanes[endpoint] ?? Known(rules: delivery.lane)
        follow(delivery.lane, of: endpoint, ifNewer: true)
        guard lanes[endpoint]?.isOpen == true else { return }
        if keepsKnown, let known = open[delivery.id], known.attempt?.droppedUnder == nil { return }
        if open[delivery.id]?.attempt != nil {
            open[delivery.id]?.attempt?.again = due
            open[delivery.id]?.attempt?.droppedUnder = nil
        } else {
            open[delivery.id] = Open(delivery: delivery, due: due)
        }
    }

    mutating func begin(_ id: DeliveryID) {
        guard let endpoint = open[id]?.delivery.endpointID, let rules = lanes[endpoint]?.rules else { return }
        let isProbe = (records[endpoint]?.failures ?? 0) >= 10
        underWay.insert(id)
        open[id]?.attempt = Attempt(begunAt: now, rules: rules, isProbe: isProbe)
    }

    mutating func send(_ id: DeliveryID) {
        guard let item = open[id], let attempt = item.attempt, attempt.isHeldUp else { return }
        open[id]?.attempt?.isHeldUp = false
        guard attempt.rules.rateLimit != nil else { return }
        limitedRequests[item.delivery.endpointID, default: []].append(now)
    }

    mutating func end(_ id: DeliveryID, retryAt: Tick?, signal: EndpointSignal, rules: DeliveryLane?) {
        guard var item = open[id], let attempt = item.attempt else { return }
        let endpoint = item.delivery.endpointID
        if let rules { follow(rules, of: endpoint, ifNewer: true) }
        let epoch = (rules ?? attempt.rules).epoch
        if lanes[endpoint]?.isOpen == true, lanes[endpoint]?.rules.epoch == epoch {
            note(signal, of: endpoint, attempt)
        }
        item.attempt = nil
        underWay.remove(id)
        let isFollowed = attempt.droppedUnder.map { epoch > $0 } ?? true
        if let due = attempt.again ?? (isFollowed ? retryAt : nil) {
            item.due = due
            open[id] = item
        } else {
            open[id] = nil
        }
    }

    mutating func configure(_ endpoint: EndpointID, _ rules: DeliveryLane) {
        follow(rules, of: endpoint, ifNewer: false)
    }

    mutating func drop(_ endpoint: EndpointID, epoch: Int) {
        guard let known = lanes[endpoint], epoch >= known.rules.epoch else { return }
        lanes[endpoint] = Known(rules: known.rules.with(epoch: epoch), isOpen: false)
        records[endpoint] = nil
        for (id, item) in open where item.delivery.endpointID == endpoint {
            if item.attempt == nil { open[id] = nil }
            open[id]?.attempt?.again = nil
            open[id]?.attempt?.droppedUnder = epoch
        }
    }

    private mutating func follow(_ rules: DeliveryLane, of endpoint: EndpointID, ifNewer: Bool) {
        guard let known = lanes[endpoint], rules.epoch >= known.rules.epoch + (ifNewer ? 1 : 0) else { return }
        let isNew = rules.epoch > known.rules.epoch
        lanes[endpoint] = Known(rules: rules, isOpen: isNew || known.isOpen)
        if isNew { records[endpoint] = nil }
    }

    private mutating func note(_ signal: EndpointSignal, of endpoint: EndpointID, _ attempt: Attempt) {
        var record = records[endpoint] ?? Record()
        switch signal {
        case .none: break
        case .succeeded:
            let isTrusted = now - attempt.begunAt < .seconds(1)
            record = Record(isTrusted: isTrusted, lastResult: now, pausedUntil: record.pausedUntil)
        case .failed(let pause):
            let isProbe = attempt.isProbe && record.failures >= 10
            record.isTrusted = false
            record.failures += 1
            record.lastResult = now
            if isProbe { record.wait = min(record.wait * 2, .seconds(60)) }
            if let pause {
                let end = now + min(pause, .seconds(300))
                record.pausedUntil = max(end, record.pausedUntil ?? end)
            }
        }
        records[endpoint] = record
    }

    /// Forgets endpoints without deliveries of which nothing has to be remembered.
    mutating func forget() {
        for endpoint in lanes.keys where !open.values.contains(where: { $0.delivery.endpointID == endpoint }) {
            let record = records[endpoint] ?? Record()
            let ends = [
                record.lastResult.map { $0 + .seconds(300) }, record.pausedUntil,
                limitedRequests[endpoint]?.last.map { $0 + .seconds(1) },
            ]
            guard ends.allSatisfy({ $0.map { $0 <= now } ?? true }) else { continue }
            records[endpoint] = nil
            lanes[endpoint] = nil
        }
    }
}

extension DeliveryLane {
    func with(epoch: Int) -> DeliveryLane {
        DeliveryLane(clientID: clientID, epoch: epoch, ordered: ordered, rateLimit: rateLimit)
    }
}
