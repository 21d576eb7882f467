import BridgeCore
import BridgeRuntime
import BridgeStore
import HTTPTypes
import Marksign
import StrictJSON
import Testing

@testable import BridgeServer

/// No client sees, changes or learns of what another has. A new route without a case here fails.
@Suite(.timeLimit(.minutes(1))) struct IsolationTests {
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
        "listEvents": .empty,
        "getEvent": .absent("event"),
        "listDeliveries": .empty,
        "getDelivery": .absent("delivery"),
        "resendDelivery": .absent("delivery"),
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
            for path in [
                "/v1/events?session_id=\(session)", "/v1/deliveries?session_id=\(session)",
                "/v1/deliveries?endpoint_id=\(endpoint)", "/v1/sessions?cursor=ses_7zzzzzzzzzzzzzzzzzzzzzzzzz",
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
        let session = try await server.startedSession()
        let signed = SignedDocument(content: Array("%PDF-1.7\n".utf8), name: "a.pdf", digest: nil)
        try await server.sessions.end(session, .completed(.document(signed)), content: signed.content)
        _ = try await server.startedSession(Bodies.watch("token-of-first"))
        let page = PageRequest(limit: 1, after: nil)
        let event = try await server.store.events(EventQuery(), client: server.first.id, page: page)
        let delivery = try await server.store.deliveries(DeliveryFilter(), client: server.first.id, page: page)
        return [
            "session": session.id.rawValue, "endpoint": endpoint.rawValue,
            "event": try #require(event.elements.first).id.rawValue,
            "delivery": try #require(delivery.elements.first).id.rawValue,
        ]
    }

    private static func snapshot(_ server: APIServer) async throws -> [String] {
        var texts: [String] = []
        for path in ["/v1/sessions", "/v1/endpoints", "/v1/events", "/v1/deliveries"] {
            texts.append(try await server.send("GET", path, as: server.first).text)
        }
        return texts
    }

    private static func table(_ server: APIServer) -> RouteTable {
        RouteTable(
            APIDependencies(
                store: server.store, sessions: server.sessions, wake: { _ in }, environment: server.environment,
                publicURL: nil, addressFault: { _ in nil }, openAPI: []))
    }
}
