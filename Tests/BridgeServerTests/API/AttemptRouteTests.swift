import BridgeCore
import BridgeRuntime
import BridgeStore
import StrictJSON
import Testing

@testable import BridgeServer

/// Reading what became of attempts.
@Suite(.timeLimit(.minutes(5))) struct AttemptRouteTests {
    private static let taken = AttemptResult(
        error: nil, status: 200, address: "192.0.2.1", response: [0x6F, 0x6B, 0xFF])

    @Test func showsADeliverysAttempts() async throws {
        try await APIServer.run { server in
            let delivery = try await server.testDelivery(to: server.registeredEndpoint())
            let id = try await server.recordAttempt(of: delivery, Self.taken, .delivered)
            let shown = try await server.send("GET", "/v1/deliveries/\(delivery)", as: server.first)
            let first = try #require(shown.json?["attempts"]?.elements?.first)
            #expect(
                first.members?.map(\.key) == [
                    "id", "number", "started_at", "duration_ms", "status", "error", "address", "response",
                ])
            #expect(first["id"]?.string == id.rawValue)
            #expect(first["response"]?.string == "ok\u{FFFD}")
            #expect(first["error"]?.isNull == true)
            #expect(first["started_at"]?.string == "1970-01-01T00:00:00.000Z")
        }
    }

    @Test func listsAll() async throws {
        try await APIServer.run { server in
            let endpoint = try await server.registeredEndpoint()
            let delivery = try await server.testDelivery(to: endpoint)
            let id = try await server.recordAttempt(of: delivery, Self.taken, .delivered)
            let list = try await server.send("GET", "/v1/attempts", as: server.first)
            let first = try #require(list.json?["data"]?.elements?.first)
            #expect(
                first.members?.map(\.key) == [
                    "id", "delivery_id", "event_id", "session_id", "endpoint_id", "number", "started_at", "duration_ms",
                    "status", "error", "address", "response",
                ])
            #expect(first["id"]?.string == id.rawValue)
            #expect(first["delivery_id"]?.string == delivery.rawValue)
            #expect(first["endpoint_id"]?.string == endpoint.rawValue)
            #expect(first["session_id"]?.isNull == true)
            #expect(first["duration_ms"]?.integer == 12)
        }
    }

    @Test func filters() async throws {
        try await APIServer.run { server in
            let (one, two) = (try await server.registeredEndpoint(), try await server.registeredEndpoint())
            let session = try await server.endedSession()
            let page = PageRequest(limit: 10, after: nil)
            let deliveries = try await server.store.deliveries(DeliveryFilter(), client: server.first.id, page: page)
            let told = try #require(deliveries.elements.first { $0.endpointID == one })
            let tested = try await server.testDelivery(to: two)
            let again = RetryPolicy.Decision.retry(at: server.clock.now)
            let refusing = AttemptResult(error: .status, status: 503, address: "192.0.2.1", response: [])
            let silent = AttemptResult(error: .timeout, status: nil, address: nil, response: [])
            func record(_ id: DeliveryID, _ result: AttemptResult, _ seconds: Int64) async throws -> String {
                try await server.recordAttempt(
                    of: id, result, result.error == nil ? .delivered : again,
                    startedAt: Timestamp(milliseconds: seconds * 1000)
                ).rawValue
            }
            let a = try await record(told.id, refusing, 1)
            let b = try await record(told.id, silent, 2)
            let c = try await record(told.id, Self.taken, 3)
            let d = try await record(tested, refusing, 4)
            for (query, expected) in [
                ("", [a, b, c, d]), ("delivery_id=\(told.id)", [a, b, c]), ("delivery_id=\(tested)", [d]),
                ("session_id=\(session)", [a, b, c]), ("endpoint_id=\(two)", [d]), ("error=none", [c]),
                ("error=timeout", [b]), ("error=status", [a, d]), ("error=dns", []), ("status=503", [a, d]),
                ("status=200", [c]), ("status=599", []), ("since=1970-01-01T00:00:02Z", [b, c, d]),
                ("until=1970-01-01T00:00:02Z", [a]), ("error=status&endpoint_id=\(one)", [a]),
                ("since=1970-01-01T00:00:02Z&until=1970-01-01T00:00:04Z", [b, c]),
            ] as [(String, [String])] {
                let list = try await server.send("GET", "/v1/attempts?\(query)", as: server.first)
                #expect(Self.ids(list) == expected.sorted().reversed(), "\(query)")
            }
        }
    }

    @Test func pages() async throws {
        try await APIServer.run { server in
            let delivery = try await server.testDelivery(to: server.registeredEndpoint())
            let failing = AttemptResult(error: .connect, status: nil, address: nil, response: [])
            let record = {
                try await server.recordAttempt(of: delivery, failing, .retry(at: server.clock.now)).rawValue
            }
            var expected: [String] = []
            for _ in 0..<5 { expected.append(try await record()) }
            var found: [String] = []
            var cursor = ""
            repeat {
                let page = try await server.send("GET", "/v1/attempts?limit=2\(cursor)", as: server.first)
                found += Self.ids(page)
                // What comes meanwhile neither hides nor repeats anything.
                server.clock.advance(by: .milliseconds(2))
                _ = try await record()
                cursor = page.json?["next_cursor"]?.string.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(found == expected.sorted().reversed())
        }
    }

    @Test func filtersEventsAndDeliveries() async throws {
        try await APIServer.run { server in
            let unheard = try await server.endedSession()
            let one = try await server.registeredEndpoint()
            server.clock.advance(by: .seconds(10))
            let between = server.clock.now
            let heard = try await server.endedSession()
            let page = PageRequest(limit: 10, after: nil)
            let deliveries = try await server.store.deliveries(DeliveryFilter(), client: server.first.id, page: page)
            let delivery = try #require(deliveries.elements.first)
            for (query, sessions) in [
                ("events?endpoint_id=\(one)", [heard]), ("events?status=pending", [heard]),
                ("events?status=delivered", []), ("events?since=\(between)", [heard]),
                ("events?until=\(between)", [unheard]),
                ("events?type=session.completed", [heard, unheard]), ("events?session_id=\(unheard)", [unheard]),
                ("deliveries?event_id=\(delivery.eventID)", [heard]), ("deliveries?until=\(between)", []),
                ("deliveries?since=\(delivery.createdAt)", [heard]), ("deliveries?until=\(delivery.createdAt)", []),
            ] as [(String, [SessionID])] {
                let list = try await server.send("GET", "/v1/\(query)", as: server.first)
                let found = list.json?["data"]?.elements?.compactMap { $0["session_id"]?.string } ?? []
                #expect(found == sessions.map(\.rawValue), "\(query)")
            }
        }
    }

    @Test(arguments: [
        "attempts?error=never", "attempts?error=", "attempts?status=99", "attempts?status=600", "attempts?status=2xx",
        "attempts?delivery_id=x", "attempts?delivery_id=end_7zzzzzzzzzzzzzzzzzzzzzzzzz", "attempts?event_id=x",
        "attempts?since=now", "attempts?until=2026-13-01T00:00:00Z", "attempts?limit=0",
        "attempts?cursor=dlv_7zzzzzzzzzzzzzzzzzzzzzzzzz", "events?status=starting", "events?endpoint_id=1",
        "events?until=", "deliveries?event_id=1", "deliveries?since=1", "deliveries?error=dns",
    ])
    func refuses(_ query: String) async throws {
        try await APIServer.run { server in
            let refused = try await server.send("GET", "/v1/\(query)", as: server.first)
            #expect(refused.status == 400)
            #expect(refused.code == "invalid_query")
        }
    }

    private static func ids(_ list: RawResponse) -> [String] {
        list.json?["data"]?.elements?.compactMap { $0["id"]?.string } ?? []
    }
}
