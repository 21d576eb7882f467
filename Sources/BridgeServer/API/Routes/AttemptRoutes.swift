import BridgeCore
import Hummingbird

/// The operations on attempts.
struct AttemptRoutes: Sendable {
    let api: APIDependencies

    /// The error of an attempt that had none.
    private static let noError = "none"

    var routes: [Route] {
        let query = [
            "delivery_id", "session_id", "endpoint_id", "error", "status", "since", "until", "limit", "cursor",
        ]
        return [Route(.get, "/v1/attempts", "listAttempts", query: query, list)]
    }

    private func list(_ call: APICall) async throws -> Response {
        let query = call.query
        let errors = ([Self.noError] + AttemptError.allCases.map(\.rawValue)).joined(separator: ", ")
        let outcome = try query.value("error", "one of \(errors)") { text -> AttemptFilter.Outcome? in
            text == Self.noError ? .succeeded : AttemptError(rawValue: text).map { .failed($0) }
        }
        let filter = AttemptFilter(
            outcome: outcome, status: try query.integer("status", in: 100...599),
            deliveryID: try query.identifier("delivery_id"), sessionID: try query.identifier("session_id"),
            endpointID: try query.identifier("endpoint_id"), time: try query.timeRange())
        let page = try await api.store.attempts(filter, client: call.client, page: call.page(of: AttemptID.self))
        return .json(page.json { $0.writeMembers(to: &$1) })
    }
}
