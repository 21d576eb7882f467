import BridgeCore

extension ModelStore {
    func changeEndpoint(
        _ id: EndpointID, _ change: EndpointChange, at time: Timestamp
    ) -> (endpoint: Endpoint, due: [DueDelivery])? {
        guard let row = endpoints[id], !row.isDeleted else { return nil }
        let endpoint = row.endpoint.changed(by: change)
        endpoints[id]?.endpoint = endpoint
        // Another epoch that is enabled, or another address, has a clean record.
        if endpoint.url != row.endpoint.url || endpoint.enabled && !row.endpoint.enabled {
            endpoints[id]?.record = EndpointRecord()
            world.witness.renewed(id)
        }
        guard endpoint.enabled != row.endpoint.enabled else { return (endpoint, []) }
        return (endpoint, beginAlignment(of: id, at: time))
    }

    func deleteEndpoint(_ id: EndpointID, at time: Timestamp) -> Endpoint? {
        guard let row = endpoints[id], !row.isDeleted else { return nil }
        world.witness.close(id)
        if world.mutation == .forgetsDeletion { return row.endpoint }
        var endpoint = row.endpoint
        endpoint.epoch += 1
        endpoint.enabled = false
        endpoints[id] = EndpointRow(endpoint: endpoint, isDeleted: true)
        recoveries[id] = nil
        _ = beginAlignment(of: id, at: time)
        return endpoint
    }

    // MARK: Alignment

    /// Brings so many open deliveries of an endpoint in line with it; `nil` when all are. Those that are due.
    func alignDeliveries(limit: Int, at time: Timestamp) -> [DueDelivery]? {
        let next = alignments.min { ($0.value.cursor, $0.key) < ($1.value.cursor, $1.key) }
        return next.map { align($0.key, from: $0.value, limit: limit, at: time) }
    }

    /// In the commit that changes the endpoint.
    func beginAlignment(of endpoint: EndpointID, at time: Timestamp) -> [DueDelivery] {
        let last = open(of: endpoint).last ?? ""
        return align(
            endpoint, from: AlignmentRow(cursor: "", last: last), limit: maximumAtOnce, at: time)
    }

    private func open(of endpoint: EndpointID) -> [String] {
        deliveryOrder.filter { id in
            guard let row = deliveries[id] else { return false }
            return row.endpoint == endpoint && [.pending, .held].contains(row.status)
        }.map(\.rawValue).sorted()
    }

    private func align(
        _ endpoint: EndpointID, from row: AlignmentRow, limit: Int, at time: Timestamp
    ) -> [DueDelivery] {
        let ids = open(of: endpoint).filter { $0 > row.cursor && $0 <= row.last }.prefix(limit)
        if let reached = ids.last, reached < row.last {
            alignments[endpoint] = AlignmentRow(cursor: reached, last: row.last)
        } else {
            alignments[endpoint] = nil
        }
        guard let state = endpoints[endpoint] else { return [] }
        return ids.map { DeliveryID(stored: $0) }.compactMap { id in
            align(id, isEnabled: state.endpoint.enabled, isDeleted: state.isDeleted, at: time)
            return pending(id)
        }
    }

    private func align(_ id: DeliveryID, isEnabled: Bool, isDeleted: Bool, at time: Timestamp) {
        if isDeleted {
            deliveries[id]?.status = .abandoned
            deliveries[id]?.nextAttemptAt = nil
        } else if isEnabled {
            let planned = deliveries[id]?.nextAttemptAt
            deliveries[id]?.status = .pending
            deliveries[id]?.nextAttemptAt = min(planned ?? time, time)
            world.witness.wanted(id)
        } else if deliveries[id]?.status == .pending {
            deliveries[id]?.status = .held
            deliveries[id]?.nextAttemptAt = nil
        }
    }
}
