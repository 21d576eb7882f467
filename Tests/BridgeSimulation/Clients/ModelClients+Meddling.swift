import BridgeCore

extension ModelClients {
    /// Does something that nobody expects.
    func meddle() {
        guard let process = world.process, process.isReady, !world.isHealing else { return }
        let endpoint = world.chance.pick(world.store.endpointOrder)
        world.note("meddle", endpoint.rawValue)
        switch world.chance.number(0...5) {
        case 0:
            process.change(endpoint, .enabling(false)) { _ in }
        case 1:
            world.receivers.restore(endpoint)
            process.change(endpoint, .enabling(true)) { _ in }
        case 2:
            var change = EndpointChange()
            change.url = "moved at \(world.now.nanoseconds)"
            world.receivers.restore(endpoint)
            process.change(endpoint, change) { _ in }
        case 3 where world.chance.happens(0.2):
            process.delete(endpoint) { _ in }
        case 4 where !world.store.deliveryOrder.isEmpty:
            process.resend(world.chance.pick(world.store.deliveryOrder)) { _ in }
        default:
            let until = world.wall
            let since = until - world.chance.duration(.zero...(.seconds(3600)))
            process.recover(Recovery(endpointID: endpoint, since: since, until: until)) { _ in }
        }
    }

    /// Lets every endpoint have its events again, and keeps asking until that is so.
    func enableAll() {
        for id in world.store.endpointOrder {
            guard let row = world.store.endpoints[id], !row.isDeleted, !row.endpoint.enabled else { continue }
            world.receivers.restore(id)
            guard let process = world.process, process.isReady else { break }
            process.change(id, .enabling(true)) { _ in }
        }
        world.after(.seconds(10)) { [self] in enableAll() }
    }
}

extension EndpointChange {
    fileprivate static func enabling(_ enabled: Bool) -> EndpointChange {
        var change = EndpointChange()
        change.enabled = enabled
        return change
    }
}
