import BridgeCore
import HTTPTypes
import Hummingbird

/// The operations on deliveries.
struct DeliveryRoutes: Sendable {
    let api: APIDependencies
    private let idempotency: Idempotency

    init(api: APIDependencies) {
        self.api = api
        idempotency = Idempotency(store: api.store)
    }

    var routes: [Route] {
        let query = ["status", "session_id", "endpoint_id", "event_id", "since", "until", "limit", "cursor"]
        return [
            Route(.get, "/v1/deliveries", "listDeliveries", query: query, list),
            Route(.get, "/v1/deliveries/{id}", "getDelivery", get),
            Route(.post, "/v1/deliveries/{id}/resend", "resendDelivery", body: .optional, resend),
        ]
    }

    private func list(_ call: APICall) async throws -> Response {
        let filter = DeliveryFilter(
            status: try call.query.choice("status", from: DeliveryStatus.allCases),
            sessionID: try call.query.identifier("session_id"), endpointID: try call.query.identifier("endpoint_id"),
            eventID: try call.query.identifier("event_id"), time: try call.query.timeRange())
        let page = try await api.store.deliveries(filter, client: call.client, page: call.page(of: DeliveryID.self))
        return .json(page.json { $0.writeMembers(to: &$1) })
    }

    private func get(_ call: APICall) async throws -> Response {
        let found = try await api.store.delivery(call.identifier(), client: call.client)
        guard let found else { throw Problem(.notFound) }
        return .json(found.delivery.json(attempts: found.attempts))
    }

    private func resend(_ call: APICall) async throws -> Response {
        let id: DeliveryID = try call.identifier()
        try call.checkNoFields()
        if let replay = try await idempotency.replay(call) { return replay }
        guard let found = try await api.store.delivery(id, client: call.client) else { throw Problem(.notFound) }
        let answer = KeptAnswer(accepting: id, of: found.delivery.eventID, publicURL: api.publicURL)
        switch try await api.store.resend(id, client: call.client, at: call.time, key: call.key, answer: answer) {
        case .done(.due(let due)):
            api.wake([due])
            return .kept(answer)
        case .done(.held): return .kept(answer)
        case .done(.endpointGone): throw Problem(.endpointGone)
        case .done(.notFound): throw Problem(.notFound)
        case .notFree(let state): return try Idempotency.answer(state)
        }
    }
}
