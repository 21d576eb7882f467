import BridgeCore

extension Witness {
    /// When all is done, every session has ended and told so, and every event has got where it should, or is seen not
    /// to have.
    func checkEnd() {
        let store = world.store
        for id in store.sessionOrder {
            guard let session = store.sessions[id]?.session else { continue }
            demand(session.status.isFinal, .healing, "\(id)")
            demand(eventsOfSessions[id] != nil, .noEventVanishes, "\(id) has none")
        }
        for event in store.eventOrder.compactMap({ store.events[$0] }) {
            for endpoint in store.endpoints(of: event.clientID) {
                demand(store.delivery(of: event.id, to: endpoint.id) != nil, .noEventVanishes, "\(event.id)")
            }
        }
        for id in store.deliveryOrder {
            guard let row = store.deliveries[id] else { continue }
            let isDeleted = store.endpoints[row.endpoint]?.isDeleted == true
            demand(
                [.delivered, .failed].contains(row.status) || isDeleted && row.status == .abandoned, .noEventVanishes,
                "\(id) is \(row.status)")
        }
    }

    /// Without faults everything is known, and delivered at the first attempt.
    func checkCalm() {
        let store = world.store
        demand(store.sessionOrder.count >= world.plan.sessions, .calm, "not every session was started")
        for id in store.sessionOrder {
            guard let session = store.sessions[id]?.session else { continue }
            let truth = session.token.flatMap { world.upstream.sessions[$0] }
            demand(session.status != .unknown, .calm, "\(id) is unknown")
            demand((session.status == .completed) == (truth?.isSigned ?? false), .calm, "\(id) is \(session.status)")
        }
        for id in store.deliveryOrder {
            demand(store.deliveries[id]?.attemptCount == 1, .calm, "\(id) took another attempt")
        }
    }
}
