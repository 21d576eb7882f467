import BridgeCore

/// What a dispatcher may do, written as plainly as possible: everything is looked at anew for every question.
struct DispatcherModel {
    let limits: DispatchLimits
    let start: Tick
    var now: Tick
    var rules: [EndpointID: DeliveryLane]
    var open: [DeliveryID: Open] = [:]
    var records: [EndpointID: Record] = [:]
    /// When attempts began while a limit held.
    var limitedBeginnings: [EndpointID: [Tick]] = [:]

    struct Open {
        let delivery: DueDelivery
        var due: Tick
        var again: Tick?
        var isUnderWay = false
        /// The rules when the attempt began.
        var rulesAtBeginning: DeliveryLane?
        /// Whether the endpoint's record was cleared since the attempt began.
        var isForgotten = false
        var isProbe = false
    }

    struct Record {
        var hasSucceeded = false
        var failures = 0
        var lastFailure: Tick?
        var wait: Duration = .seconds(1)
        var pausedUntil: Tick?
    }

    /// Attempts under way, by endpoint.
    var inFlight: [EndpointID: Int] = [:]

    var attemptsInFlight: Int { inFlight.values.reduce(0, +) }

    func doubtful(_ endpoint: EndpointID) -> Int {
        let record = records[endpoint] ?? Record()
        if record.failures > 0 { return inFlight[endpoint, default: 0] }
        return record.hasSucceeded ? 0 : max(0, inFlight[endpoint, default: 0] - 1)
    }

    /// Whether the delivery's attempt may begin, as far as there is a slot in all.
    func mayBegin(_ id: DeliveryID) -> Bool {
        guard let item = open[id], !item.isUnderWay, item.due <= now else { return false }
        let endpoint = item.delivery.endpointID
        return laneIsOpen(endpoint) && isInOrder(item.delivery)
    }

    private func laneIsOpen(_ endpoint: EndpointID) -> Bool {
        let record = records[endpoint] ?? Record()
        let inFlight = inFlight[endpoint, default: 0]
        guard inFlight < (record.failures >= 10 ? 1 : limits.maximumPerEndpoint) else { return false }
        if record.failures >= 10, let last = record.lastFailure, now < last + record.wait { return false }
        if let pausedUntil = record.pausedUntil, now < pausedUntil { return false }
        if let limit = rules[endpoint]?.rateLimit {
            let recent = (limitedBeginnings[endpoint] ?? []).count { now - $0 < .seconds(1) }
            guard recent < limit, now - start >= .seconds(1) else { return false }
        }
        let isDoubtful = record.failures > 0 || (!record.hasSucceeded && inFlight > 0)
        let share = rules.keys.map(doubtful).reduce(0, +)
        return !isDoubtful || share < limits.maximumConcurrent / 2
    }

    private func isInOrder(_ delivery: DueDelivery) -> Bool {
        guard rules[delivery.endpointID]?.ordered == true, let session = delivery.sessionID else { return true }
        return !open.values.contains { other in
            other.delivery.id != delivery.id && other.delivery.endpointID == delivery.endpointID
                && other.delivery.sessionID == session
                && (other.isUnderWay || other.delivery.eventID < delivery.eventID)
        }
    }

    mutating func add(_ delivery: DueDelivery, due: Tick) {
        if open[delivery.id]?.isUnderWay == true {
            open[delivery.id]?.again = due
        } else {
            open[delivery.id] = Open(delivery: delivery, due: due)
        }
    }

    mutating func begin(_ id: DeliveryID) {
        guard let endpoint = open[id]?.delivery.endpointID else { return }
        open[id]?.isUnderWay = true
        inFlight[endpoint, default: 0] += 1
        open[id]?.isForgotten = false
        open[id]?.isProbe = (records[endpoint]?.failures ?? 0) >= 10
        open[id]?.rulesAtBeginning = rules[endpoint]
        if rules[endpoint]?.rateLimit != nil { limitedBeginnings[endpoint, default: []].append(now) }
    }

    mutating func end(_ id: DeliveryID, retryAt: Tick?, signal: EndpointSignal) {
        guard var item = open[id] else { return }
        let endpoint = item.delivery.endpointID
        if !item.isForgotten { note(signal, of: endpoint, isProbe: item.isProbe) }
        item.isUnderWay = false
        inFlight[endpoint, default: 0] -= 1
        if let due = item.again ?? retryAt {
            item.due = due
            item.again = nil
            open[id] = item
        } else {
            open[id] = nil
        }
    }

    private mutating func note(_ signal: EndpointSignal, of endpoint: EndpointID, isProbe: Bool) {
        var record = records[endpoint] ?? Record()
        switch signal {
        case .none: break
        case .succeeded: record = Record(hasSucceeded: true, pausedUntil: record.pausedUntil)
        case .failed(let pause):
            record.failures += 1
            record.lastFailure = now
            if isProbe { record.wait = min(record.wait * 2, .seconds(60)) }
            if let pause {
                let end = now + min(pause, .seconds(300))
                record.pausedUntil = max(end, record.pausedUntil ?? end)
            }
        }
        records[endpoint] = record
    }

    mutating func clearRecord(of endpoint: EndpointID) {
        records[endpoint] = nil
        for (id, item) in open where item.delivery.endpointID == endpoint { open[id]?.isForgotten = item.isUnderWay }
    }

    /// Forgets endpoints without deliveries of which nothing has to be remembered.
    mutating func forget() {
        for endpoint in rules.keys where !open.values.contains(where: { $0.delivery.endpointID == endpoint }) {
            let record = records[endpoint] ?? Record()
            let ends = [
                record.lastFailure.map { $0 + .seconds(300) }, record.pausedUntil,
                limitedBeginnings[endpoint]?.last.map { $0 + .seconds(1) },
            ]
            guard ends.allSatisfy({ $0.map { $0 <= now } ?? true }) else { continue }
            records[endpoint] = nil
        }
    }
}
