import BridgeCore
import HTTPTypes
import Hummingbird

/// The operations on events.
struct EventRoutes: Sendable {
    let api: APIDependencies

    var routes: [Route] {
        let query = ["type", "session_id", "endpoint_id", "status", "since", "until", "limit", "cursor"]
        return [
            Route(.get, "/v1/events", "listEvents", query: query, list),
            Route(.get, "/v1/events/{id}", "getEvent", get),
        ]
    }

    private func list(_ call: APICall) async throws -> Response {
        let query = EventQuery(
            type: try call.query.choice("type", from: EventType.allCases),
            sessionID: try call.query.identifier("session_id"), endpointID: try call.query.identifier("endpoint_id"),
            status: try call.query.choice("status", from: DeliveryStatus.allCases), time: try call.query.timeRange())
        let page = try await api.store.events(query, client: call.client, page: call.page(of: EventID.self))
        return .json(page.json { $0.writeMembers(to: &$1) })
    }

    private func get(_ call: APICall) async throws -> Response {
        guard let event = try await api.store.event(call.identifier(), client: call.client) else {
            throw Problem(.notFound)
        }
        return .json(event.json)
    }
}
