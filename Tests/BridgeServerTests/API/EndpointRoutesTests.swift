import BridgeCore
import BridgeStore
import StandardWebhooks
import StrictJSON
import Testing

@testable import BridgeServer

@Suite(.timeLimit(.minutes(5))) struct EndpointRoutesTests {
    @Test func registersAndShows() async throws {
        try await APIServer.run { server in
            let created = try await server.send(
                "POST", "/v1/endpoints", as: server.first,
                json: #"{"url":"https://example.org/a","events":["session.completed"],"description":"ą"}"#)
            #expect(created.status == 201)
            let id = try #require(created.json?["id"]?.string)
            #expect(created["location"] == "/v1/endpoints/\(id)")
            #expect(
                created.json?.members?.map(\.key) == [
                    "id", "url", "events", "description", "enabled", "disabled_reason", "failing_since", "ordered",
                    "timeout", "retry_schedule", "rate_limit", "signature", "keys_url", "headers", "tls", "created_at",
                    "secret",
                ])
            let secret = try #require(created.json?["secret"]?.string)
            #expect(throws: Never.self) { try WebhookSecret(secret) }
            let shown = try await server.send("GET", "/v1/endpoints/\(id)", as: server.first)
            #expect(shown.json?["secret"] == nil)
            #expect(shown.json?["events"]?.elements?.map(\.string) == ["session.completed"])
            let list = try await server.send("GET", "/v1/endpoints", as: server.first)
            #expect(list.json?["data"]?.elements?.first?["id"]?.string == id)
            #expect(!list.text.contains("whsec_"))
            #expect(try await server.send("DELETE", "/v1/endpoints/\(id)", as: server.first).status == 204)
            #expect(try await server.send("DELETE", "/v1/endpoints/\(id)", as: server.first).status == 404)
            #expect(server.told.all.changed.map(\.enabled) == [false])
        }
    }

    @Test func registersOnlySoMany() async throws {
        try await APIServer.run { server in
            let register = { @Sendable in
                try await server.send("POST", "/v1/endpoints", as: $0, json: #"{"url":"https://a"}"#)
            }
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<110 { group.addTask { try await register(server.first).status } }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [201: 100, 409: 10])
            let refused = try await register(server.first)
            #expect(refused.code == "too_many_endpoints")
            #expect(try await register(server.second).status == 201)
            let page = PageRequest(limit: 1, after: nil)
            let last = try await server.store.endpoints(client: server.first.id, page: page).elements.first
            let id = try #require(last?.id)
            #expect(try await server.send("DELETE", "/v1/endpoints/\(id)", as: server.first).status == 204)
            #expect(try await register(server.first).status == 201)
        }
    }

    @Test func changesWhatIsGiven() async throws {
        try await APIServer.run { server in
            let path = "/v1/endpoints/\(try await server.registeredEndpoint())"
            let before = try await server.send("GET", path, as: server.first)
            let same = try await server.send("PATCH", path, as: server.first, json: "{}")
            #expect(same.status == 200)
            #expect(same.body == before.body)
            let changed = try await server.send(
                "PATCH", path, as: server.first, json: #"{"url":"https://b","enabled":false,"description":"d"}"#)
            #expect(changed.json?["url"]?.string == "https://b")
            #expect(changed.json?["enabled"]?.boolean == false)
            #expect(changed.json?["disabled_reason"]?.string == "disabled_by_client")
            #expect(changed.json?["events"]?.elements?.map(\.string) == ["session.*"])
            let refused = try await server.send("PATCH", path, as: server.first, json: #"{"url":"http://c"}"#)
            #expect(refused.pointers == ["/url"])
            _ = try await server.send("PATCH", path, as: server.first, json: #"{"enabled":true,"ordered":true}"#)
            // What was refused is told of to nobody; only a new URL, and enabling or disabling, begin a new epoch.
            #expect(server.told.all.changed.map { "/v1/endpoints/\($0.id)" } == [path, path, path])
            let epochs = server.told.all.changed.map(\.epoch)
            #expect(epochs.map { $0 - epochs[0] } == [0, 2, 3])
        }
    }

    @Test func rotatesTheSecret() async throws {
        try await APIServer.run { server in
            let id = try await server.registeredEndpoint()
            let rotate = { (body: String) in
                try await server.send(
                    "POST", "/v1/endpoints/\(id)/rotate-secret", as: server.first, headers: ["Idempotency-Key: r"],
                    json: body)
            }
            let first = try await rotate("")
            // An empty object asks for the same as no body.
            let again = try await rotate("{ }")
            #expect(first.status == 200)
            #expect(first.json?["secret"]?.string?.hasPrefix("whsec_") == true)
            #expect(again.body == first.body)
            #expect(again["idempotent-replayed"] == "true")
        }
    }

    @Test func triesAnEndpointAndSendsAgain() async throws {
        try await APIServer.run { server in
            let id = try await server.registeredEndpoint()
            let tried = try await server.send("POST", "/v1/endpoints/\(id)/test", as: server.first)
            #expect(tried.status == 202)
            let delivery = try #require(tried.json?["delivery_id"]?.string)
            let event = try #require(tried.json?["event_id"]?.string)
            #expect(tried["location"] == "/v1/deliveries/\(delivery)")
            #expect(server.told.all.due.map(\.id.rawValue) == [delivery])

            let shown = try await server.send("GET", "/v1/deliveries/\(delivery)", as: server.first)
            #expect(
                shown.json?.members?.map(\.key) == [
                    "id", "event_id", "event_type", "session_id", "endpoint_id", "status", "attempt_count",
                    "next_attempt_at", "created_at", "ended_at", "attempts",
                ])
            #expect(shown.json?["status"]?.string == "pending")
            #expect(shown.json?["event_id"]?.string == event)

            let told = try await server.send("GET", "/v1/events/\(event)", as: server.first)
            #expect(told.json?["type"]?.string == "endpoint.test")
            #expect(told.json?["body"]?["data"]?["endpoint_id"]?.string == id.rawValue)

            let again = try await server.send("POST", "/v1/deliveries/\(delivery)/resend", as: server.first)
            #expect(again.status == 202)
            #expect(again.body == tried.body)
            #expect(server.told.all.due.count == 2)

            _ = try await server.send("DELETE", "/v1/endpoints/\(id)", as: server.first)
            let gone = try await server.send("POST", "/v1/deliveries/\(delivery)/resend", as: server.first)
            #expect(gone.status == 409)
            #expect(gone.code == "endpoint_gone")
        }
    }

    @Test func holdsTheTestOfADisabledEndpoint() async throws {
        try await APIServer.run { server in
            let id = try await server.registeredEndpoint()
            _ = try await server.send("PATCH", "/v1/endpoints/\(id)", as: server.first, json: #"{"enabled":false}"#)
            let tried = try await server.send("POST", "/v1/endpoints/\(id)/test", as: server.first)
            #expect(tried.status == 202)
            #expect(server.told.all.due.isEmpty)
            let held = try await server.send("GET", "/v1/deliveries?status=held", as: server.first)
            #expect(held.json?["data"]?.elements?.count == 1)
            _ = try await server.send("PATCH", "/v1/endpoints/\(id)", as: server.first, json: #"{"enabled":true}"#)
            #expect(server.told.all.due.count == 1)
        }
    }
}
