import Testing

@testable import BridgeServer

/// `Expect: 100-continue`: the go-ahead comes only when nothing in the headers speaks against the body.
@Suite(.timeLimit(.minutes(5))) struct ExpectTests {
    private struct Refusal: Sendable {
        var method = "POST"
        var path = "/v1/sessions"
        var headers = ["Content-Type: application/json"]
        var length = 10
        var expect = "100-continue"
        var authorized = true
        let status: Int
    }

    @Test func goesAheadBeforeReading() async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                let body = Bodies.hash
                for _ in 0..<2 {
                    try await connection.write(
                        "POST /v1/sessions HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer \(server.first.key)\r\n"
                            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
                            + "Expect: 100-Continue\r\n\r\n")
                    #expect(try await connection.response()?.status == 100)
                    try await connection.write(body)
                    #expect(try await connection.response()?.status == 201)
                }
            }
        }
    }

    @Test(arguments: [
        Refusal(authorized: false, status: 401),
        Refusal(path: "/v1/nothing", status: 404),
        Refusal(method: "PUT", status: 405),
        Refusal(length: 70_000, status: 413),
        Refusal(headers: ["Content-Type: text/plain"], status: 415),
        Refusal(headers: ["Content-Type: application/json", "Content-Encoding: gzip"], status: 415),
        Refusal(expect: "200-ok", status: 417),
        Refusal(headers: ["Content-Type: application/json", "Idempotency-Key: a b"], status: 400),
        Refusal(path: "/v1/sessions?x=1", status: 400),
    ])
    private func refusesInstead(_ refusal: Refusal) async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                var lines = [
                    "\(refusal.method) \(refusal.path) HTTP/1.1", "Host: test", "Content-Length: \(refusal.length)",
                ]
                lines += refusal.headers + ["Expect: \(refusal.expect)"]
                if refusal.authorized { lines.append("Authorization: Bearer \(server.first.key)") }
                try await connection.write(lines.joined(separator: "\r\n") + "\r\n\r\n")
                let response = try await connection.response()
                #expect(response?.status == refusal.status)
                #expect(response?["connection"] == "close")
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func doesNotGoAheadForHTTP10() async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                let body = Bodies.hash
                try await connection.write(
                    "POST /v1/sessions HTTP/1.0\r\nAuthorization: Bearer \(server.first.key)\r\n"
                        + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
                        + "Expect: 100-continue\r\n\r\n" + body)
                #expect(try await connection.response()?.status == 201)
            }
        }
    }
}
