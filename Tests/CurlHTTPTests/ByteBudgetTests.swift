import Testing

@testable import CurlHTTP

@Suite("The budget of large bodies")
struct ByteBudgetTests {
    static let size = 2 << 20

    /// A body of two mebibytes, its length announced or not.
    private func serve(announced: Bool) -> RawServer.Serve {
        { connection in
            _ = connection.readRequest()
            let body = String(repeating: "x", count: Self.size)
            connection.write("HTTP/1.1 200 OK\r\n\(announced ? "Content-Length: \(Self.size)\r\n" : "")\r\n\(body)")
        }
    }

    @Test("a body waits on its connection until another one's room is let go of", arguments: [true, false])
    func waits(announced: Bool) async throws {
        try await withServer(serve(announced: announced)) { server, client in
            let budget = ByteBudget(bytes: Self.size + Self.size / 2)
            let request = HTTPClientRequest(
                url: server.url, timeout: .seconds(60), bodyPolicy: .whole(maxBytes: Self.size), bodyBudget: budget)
            var first: HTTPClientResponse? = try await client.execute(request)
            #expect(first?.body.count == Self.size)
            #expect(first?.bodyLease != nil)
            async let second = client.execute(request)
            #expect(try await eventually { budget.waitingBodies == 1 })
            first = nil
            #expect(try await second.body.count == Self.size)
        }
    }

    @Test("a body that waits can be cancelled, and holds up nobody")
    func cancelled() async throws {
        try await withServer(serve(announced: true)) { server, client in
            let budget = ByteBudget(bytes: Self.size)
            let request = HTTPClientRequest(
                url: server.url, timeout: .seconds(60), bodyPolicy: .whole(maxBytes: Self.size), bodyBudget: budget)
            var first: HTTPClientResponse? = try await client.execute(request)
            let waiting = Task { try await client.execute(request) }
            #expect(try await eventually { budget.waitingBodies == 1 })
            waiting.cancel()
            await #expect(throws: HTTPClientError.self) { try await waiting.value }
            #expect(first?.bodyComplete == true)
            first = nil
            #expect(try await client.execute(request).body.count == Self.size)
        }
    }

    @Test("small bodies need no room, and one that is larger than the budget comes alone")
    func edges() async throws {
        try await withServer(serve(announced: true)) { server, client in
            let budget = ByteBudget(bytes: 10)
            let large = HTTPClientRequest(
                url: server.url, bodyPolicy: .whole(maxBytes: Self.size), bodyBudget: budget)
            let held = try await client.execute(large)
            #expect(held.bodyLease != nil)
            try await withServer({ connection in
                _ = connection.readRequest()
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsmall")
            }) { server, client in
                let small = try await client.execute(HTTPClientRequest(url: server.url, bodyBudget: budget))
                #expect(small.bodyLease == nil)
            }
        }
    }
}
