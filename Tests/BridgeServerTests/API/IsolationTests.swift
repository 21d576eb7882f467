import BridgeCore
import BridgeRuntime
import BridgeStore
import HTTPTypes
import Marksign
import StrictJSON
import Testing

@testable import BridgeServer

/// No client sees, changes or learns of what another has. A new route without a case here fails.
@Suite(.timeLimit(.minutes(5))) struct IsolationTests {
    /// What the second client gets when it asks for what is the first one's.
    private static let cases: [String: Expectation] = [
        "createSession": .refused(409, "token_in_use", body: Bodies.watch("token-of-first")),
        "listSessions": .empty,
        "getSession": .absent("session"),
        "eraseSession": .absent("session"),
        "cancelSession": .absent("session"),
        "getSessionFile": .absent("session"),
        "createEndpoint": .own,
        "listEndpoints": .empty,
        "getEndpoint": .absent("endpoint"),
        "changeEndpoint": .absent("endpoint", body: #"{"enabled":false}"#),
        "deleteEndpoint": .absent("endpoint"),
        "rotateEndpointSecret": .absent("endpoint"),
        "testEndpoint": .absent("endpoint"),
        "recoverEndpoint": .absent("endpoint", body: #"{"since":"2020-01-01T00:00:00Z"}"#),
        "getWebhookKeys": .own,
        "listEvents": .empty,
        "getEvent": .absent("event"),
        "listDeliveries": .empty,
        "getDelivery": .absent("delivery"),
        "resendDelivery": .absent("delivery"),
        "listAttempts": .empty,
        "getOpenAPI": .own,
    ]

    private enum Expectation {
        /// As if it had never been.
        case absent(String, body: String? = nil)
        case refused(Int, String, body: String)
        case empty
        /// It touches nothing of anyone's.
        case own
    }

    @Test func holdsForEveryRoute() async throws {
        try await APIServer.run { server in
            let ids = try await Self.fill(server)
            let before = try await Self.snapshot(server)
            for route in Self.table(server).routes {
                let expectation = try #require(Self.cases[route.operationID], "no case for \(route.operationID)")
                let method = route.method.rawValue
                let path = route.pattern.text
                switch expectation {
                case .own: break
                case .empty:
                    let list = try await server.send(method, path, as: server.second)
                    #expect(list.text == #"{"data":[],"next_cursor":null}"#, "\(route.operationID)")
                case .refused(let status, let code, let body):
                    let response = try await server.send(method, path, as: server.second, json: body)
                    #expect(response.status == status)
                    #expect(response.code == code)
                    #expect(ids.values.allSatisfy { !response.text.contains($0) })
                case .absent(let kind, let body):
                    let id = try #require(ids[kind])
                    let own = path.replacing("{id}", with: id)
                    let other = path.replacing("{id}", with: String(id.dropLast(4)) + "zzzz")
                    let theirs = try await server.send(
                        method, own, as: server.second, headers: ["X-Request-Id: r"], json: body)
                    let nobodys = try await server.send(
                        method, other, as: server.second, headers: ["X-Request-Id: r"], json: body)
                    #expect(theirs.status == 404, "\(route.operationID)")
                    #expect(theirs.body == nobodys.body, "\(route.operationID)")
                }
            }
            #expect(try await Self.snapshot(server) == before)
        }
    }

    @Test func everyCaseIsOfARoute() async throws {
        try await APIServer.run { server in
            #expect(Set(Self.table(server).routes.map(\.operationID)) == Set(Self.cases.keys))
        }
    }

    @Test func filtersDoNotReachAcross() async throws {
        try await APIServer.run { server in
            let ids = try await Self.fill(server)
            let session = try #require(ids["session"])
            let endpoint = try #require(ids["endpoint"])
            let delivery = try #require(ids["delivery"])
            let event = try #require(ids["event"])
            for path in [
                "/v1/events?session_id=\(session)", "/v1/deliveries?session_id=\(session)",
                "/v1/deliveries?endpoint_id=\(endpoint)", "/v1/sessions?cursor=ses_7zzzzzzzzzzzzzzzzzzzzzzzzz",
                "/v1/events?endpoint_id=\(endpoint)", "/v1/events?status=delivered",
                "/v1/events?since=2020-01-01T00:00:00Z", "/v1/deliveries?event_id=\(event)",
                "/v1/deliveries?until=2999-01-01T00:00:00Z", "/v1/attempts?delivery_id=\(delivery)",
                "/v1/attempts?session_id=\(session)", "/v1/attempts?endpoint_id=\(endpoint)",
                "/v1/attempts?error=none", "/v1/attempts?status=204", "/v1/attempts?since=1970-01-01T00:00:00Z",
            ] {
                #expect(
                    try await server.send("GET", path, as: server.second).text == #"{"data":[],"next_cursor":null}"#)
                #expect(try await server.send("GET", path, as: server.first).text != #"{"data":[],"next_cursor":null}"#)
            }
        }
    }

    /// Gives the first client one of everything.
    private static func fill(_ server: APIServer) async throws -> [String: String] {
        let endpoint = try await server.registeredEndpoint()
        let session = try await server.endedSession()
        _ = try await server.startedSession(Bodies.watch("token-of-first"))
        let page = PageRequest(limit: 1, after: nil)
        let event = try await server.store.events(EventQuery(), client: server.first.id, page: page)
        let deliveries = try await server.store.deliveries(DeliveryFilter(), client: server.first.id, page: page)
        let delivery = try #require(deliveries.elements.first).id
        let taken = AttemptResult(error: nil, status: 204, address: "192.0.2.1", response: [])
        try await server.recordAttempt(of: delivery, taken, .delivered)
        return [
            "session": session.rawValue, "endpoint": endpoint.rawValue, "delivery": delivery.rawValue,
            "event": try #require(event.elements.first).id.rawValue,
        ]
    }

    private static func snapshot(_ server: APIServer) async throws -> [String] {
        var texts: [String] = []
        for path in ["/v1/sessions", "/v1/endpoints", "/v1/events", "/v1/deliveries", "/v1/attempts"] {
            texts.append(try await server.send("GET", path, as: server.first).text)
        }
        return texts
    }

    private static func table(_ server: APIServer) -> RouteTable {
        RouteTable(
            APIDependencies(
                store: server.store, sessions: server.sessions, wake: { _ in }, recover: {},
                endpointChanged: { _ in }, environment: server.environment, publicURL: nil,
                addressFault: { _ in nil }, openAPI: []))
    }
}
