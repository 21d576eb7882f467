import BridgeCore

@testable import BridgeStore

extension World {
    /// Changes an endpoint of the client; what is due then.
    @discardableResult
    func change(
        _ endpoint: EndpointID, at time: Timestamp = start, _ set: (inout EndpointChange) -> Void
    ) async throws -> (endpoint: Endpoint, due: [DueDelivery])? {
        var change = EndpointChange()
        set(&change)
        return try await store.changeEndpoint(endpoint, client: client, change, at: time)
    }

    /// Records an attempt that began with the delivery as it is now.
    @discardableResult
    func record(
        _ attempt: Attempt, of id: DeliveryID, _ decision: RetryPolicy.Decision, failingCutoff: Timestamp = .longAgo
    ) async throws -> AttemptConsequence {
        let work = try await store.work(for: id)
        return try await record(
            attempt, of: id, decision, fence: work?.fence ?? 0, epoch: work?.endpoint.epoch ?? 1,
            failingCutoff: failingCutoff)
    }

    @discardableResult
    func record(
        _ attempt: Attempt, of id: DeliveryID, _ decision: RetryPolicy.Decision, fence: Int, epoch: Int = 1,
        failingCutoff: Timestamp = .longAgo
    ) async throws -> AttemptConsequence {
        try await store.record(
            AttemptRecord(
                attempt: attempt, deliveryID: id, fence: fence, endpointEpoch: epoch, decision: decision,
                failingCutoff: failingCutoff))
    }

    func status(_ delivery: DeliveryID) async throws -> DeliveryStatus? {
        try await store.delivery(delivery, client: client)?.delivery.status
    }

    /// A delivery that is due, as the store tells of it.
    func due(
        _ delivery: DeliveryID, _ event: EventID, _ session: SessionID?, to endpoint: EndpointID,
        epoch: Int = 1, at time: Timestamp = start
    ) -> DueDelivery {
        DueDelivery(
            id: delivery, eventID: event, sessionID: session, endpointID: endpoint,
            lane: DeliveryLane(clientID: client, epoch: epoch), dueAt: time)
    }
}
