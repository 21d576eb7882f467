import BridgeCore

extension ModelStore {
    func add(_ event: Event) {
        events[event.id] = event
        eventOrder.append(event.id)
    }

    func fanOut(_ event: Event, _ makeID: () -> DeliveryID) -> [DueDelivery] {
        endpoints(of: event.clientID).filter { $0.events.wants(event.type) }.compactMap { endpoint in
            add(makeID(), event, to: endpoint, at: event.createdAt)
        }
    }

    /// The deliveries of an event that are due.
    func due(of event: EventID) -> [DueDelivery] {
        (deliveriesOfEvents[event] ?? []).sorted().compactMap { pending($0) }
    }

    func pendingDeliveries(after id: DeliveryID?, limit: Int) -> [DueDelivery] {
        let rest = deliveryOrder.filter { delivery in id.map { $0 < delivery } ?? true }
        return Array(rest.sorted().compactMap { pending($0) }.prefix(limit))
    }

    func work(for id: DeliveryID) -> DeliveryWork? {
        guard let row = deliveries[id], row.status == .pending, let endpoint = endpoints[row.endpoint]?.endpoint,
            endpoint.enabled, let event = events[row.event]
        else { return nil }
        return DeliveryWork(
            id: id, countedAttempts: row.countedAttempts, attemptCount: row.attemptCount, fence: row.fence,
            eventID: row.event, body: event.body, endpoint: endpoint,
            keys: EndpointKeys(current: SigningKeys(secret: "", privateKey: "")))
    }

    func resend(_ id: DeliveryID, at time: Timestamp) -> ResendResult {
        guard let row = deliveries[id], let endpoint = endpoints[row.endpoint] else { return .notFound }
        if endpoint.isDeleted { return .endpointGone }
        renew(id, endpoint.endpoint, at: time)
        return pending(id).map { .due($0) } ?? .held
    }

    func add(_ id: DeliveryID, _ event: Event, to endpoint: Endpoint, at time: Timestamp) -> DueDelivery? {
        deliveries[id] = DeliveryRow(
            id: id, event: event.id, session: event.sessionID, endpoint: endpoint.id,
            status: endpoint.enabled ? .pending : .held, nextAttemptAt: endpoint.enabled ? time : nil)
        deliveryOrder.append(id)
        deliveriesOfEvents[event.id, default: []].append(id)
        world.witness.made(id)
        return pending(id)
    }

    /// Its schedule begins anew.
    func renew(_ id: DeliveryID, _ endpoint: Endpoint, at time: Timestamp) {
        deliveries[id]?.status = endpoint.enabled ? .pending : .held
        deliveries[id]?.nextAttemptAt = endpoint.enabled ? time : nil
        deliveries[id]?.countedAttempts = 0
        deliveries[id]?.fence += 1
        world.note("renewed", id.rawValue)
        world.witness.wanted(id)
    }

    func pending(_ id: DeliveryID) -> DueDelivery? {
        guard let row = deliveries[id], row.status == .pending, let due = row.nextAttemptAt,
            let endpoint = endpoints[row.endpoint]?.endpoint, endpoint.enabled
        else { return nil }
        return DueDelivery(
            id: id, eventID: row.event, sessionID: row.session, endpointID: row.endpoint, lane: endpoint.lane,
            dueAt: due)
    }
}
