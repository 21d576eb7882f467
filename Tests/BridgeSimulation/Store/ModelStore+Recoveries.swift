import BridgeCore

/// A part of a recovery, found before it is done.
struct RecoveryPart {
    let endpoint: EndpointID
    let row: RecoveryRow
    let events: [EventID]
    let isLast: Bool
}

extension ModelStore {
    /// Records a recovery; one of the same endpoint is widened, and begins anew.
    func recover(_ recovery: Recovery) -> Bool {
        let id = recovery.endpointID
        guard endpoints[id]?.isDeleted == false else { return false }
        let before = recoveries[id]
        recoveries[id] = RecoveryRow(
            since: min(recovery.since, before?.since ?? recovery.since),
            until: max(recovery.until, before?.until ?? recovery.until))
        return true
    }

    /// What is next of the recovery that is furthest behind; `nil` when none is recorded.
    func nextRecovery(limit: Int) -> RecoveryPart? {
        let next = recoveries.min { ($0.value.cursor, $0.key) < ($1.value.cursor, $1.key) }
        guard let (id, row) = next, let endpoint = endpoints[id]?.endpoint else { return nil }
        let found = eventOrder.sorted().filter { event in
            guard let event = events[event], event.id.rawValue > row.cursor else { return false }
            let status = delivery(of: event.id, to: id).flatMap { deliveries[$0]?.status }
            return event.clientID == endpoint.clientID && event.createdAt >= row.since && event.createdAt < row.until
                && endpoint.events.wants(event.type) && status != .delivered && status != .held
        }.prefix(limit)
        return RecoveryPart(endpoint: id, row: row, events: Array(found), isLast: found.count < limit)
    }

    /// Makes the part's deliveries due, and remembers that. Those that are due.
    func perform(_ part: RecoveryPart, at time: Timestamp, makeDeliveryID: () -> DeliveryID) -> [DueDelivery] {
        guard let endpoint = endpoints[part.endpoint], !endpoint.isDeleted else { return [] }
        // One that was widened meanwhile begins anew.
        if recoveries[part.endpoint] == part.row {
            recoveries[part.endpoint]?.cursor = part.events.last?.rawValue ?? ""
            if part.isLast { recoveries[part.endpoint] = nil }
        }
        return part.events.compactMap { events[$0] }.compactMap { event in
            guard let known = delivery(of: event.id, to: part.endpoint) else {
                return add(makeDeliveryID(), event, to: endpoint.endpoint, at: time)
            }
            guard [.pending, .failed].contains(deliveries[known]?.status) else { return nil }
            renew(known, endpoint.endpoint, at: time)
            return pending(known)
        }
    }
}
