import BridgeCore
import HTTPTypes
import Hummingbird

/// The operations on events.
struct EventRoutes: Sendable {
    let api: APIDependencies

    var routes: [Route] {
        let query = ["type", "session_id", "since", "limit", "cursor"]
        return [
            Route(.get, "/v1/events", "listEvents", query: query, list),
            Route(.get, "/v1/events/{id}", "getEvent", get),
        ]
    }

    private func list(_ call: APICall) async throws -> Response {
        let query = EventQuery(
            type: try call.query.choice("type", from: EventType.allCases),
            sessionID: try call.query.value("session_id", "the id of a session") { SessionID($0) },
            since: try call.query.value("since", "a time as in RFC 3339") { Timestamp(rfc3339: $0) })
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
