import BridgeCore
import BridgeRuntime
import BridgeStore
import StrictJSON
import Testing

@testable import BridgeServer

/// Asking for what an endpoint has not had.
@Suite(.timeLimit(.minutes(5))) struct RecoveryRouteTests {
    private static let since = #"{"since":"2020-01-01T00:00:00+02:00"}"#

    @Test func countsWhatWillBeSent() async throws {
        try await APIServer.run { server in
            // Nobody wanted the first; the second is taken, the third waits.
            _ = try await server.endedSession()
            let id = try await server.registeredEndpoint()
            _ = try await server.endedSession()
            let page = PageRequest(limit: 1, after: nil)
            let delivery = try await server.store.deliveries(DeliveryFilter(), client: server.first.id, page: page)
            let taken = AttemptResult(error: nil, status: 204, address: nil, response: [])
            try await server.recordAttempt(of: try #require(delivery.elements.first).id, taken, .delivered)
            _ = try await server.endedSession()

            let path = "/v1/endpoints/\(id)/recover"
            let recover = {
                try await server.send("POST", path, as: server.first, headers: ["Idempotency-Key: r"], json: Self.since)
            }
            // What is made in the same millisecond is not before the request.
            server.clock.advance(by: .seconds(1))
            let asked = try await recover()
            #expect(asked.status == 202)
            #expect(asked.text == #"{"count":2}"#)
            #expect(server.told.all.recoveries == 1)
            let again = try await recover()
            #expect(again.body == asked.body)
            #expect(again["idempotent-replayed"] == "true")
            #expect(server.told.all.recoveries == 1)

            let time = server.clock.now
            let due = try await server.store.continueRecoveries(limit: 100, at: time) {
                server.environment.identifier()
            }
            #expect(due?.count == 2)
            #expect(due?.allSatisfy { $0.endpointID == id } == true)

            let later = try await server.send(
                "POST", path, as: server.first, json: #"{"since":"2999-01-01T00:00:00Z"}"#)
            #expect(later.text == #"{"count":0}"#)
        }
    }

    @Test(arguments: [
        ("{}", "/since"), (#"{"since":null}"#, "/since"), (#"{"since":0}"#, "/since"),
        (#"{"since":"yesterday"}"#, "/since"),
        (#"{"since":"2026-11-21"}"#, "/since"), (#"{"since":"2026-02-30T00:00:00Z"}"#, "/since"),
        (#"{"since":"2026-11-21T10:00:00Z","until":"x"}"#, "/until"), ("7", ""),
    ])
    func refuses(_ body: String, _ pointer: String) async throws {
        try await APIServer.run { server in
            let id = try await server.registeredEndpoint()
            let refused = try await server.send("POST", "/v1/endpoints/\(id)/recover", as: server.first, json: body)
            #expect(refused.status == 422)
            #expect(refused.pointers.contains(pointer))
            #expect(server.told.all.recoveries == 0)
        }
    }

    @Test func needsAnEndpoint() async throws {
        try await APIServer.run { server in
            let id = try await server.registeredEndpoint()
            _ = try await server.send("DELETE", "/v1/endpoints/\(id)", as: server.first)
            let path = "/v1/endpoints/\(id)/recover"
            #expect(try await server.send("POST", path, as: server.first, json: Self.since).code == "not_found")
            #expect(server.told.all.recoveries == 0)
        }
    }
}
