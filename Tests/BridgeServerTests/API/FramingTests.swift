import NIOCore
import Testing

@testable import BridgeServer

/// What is said on the wire, beyond what any HTTP library would send.
@Suite(.timeLimit(.minutes(5))) struct FramingTests {
    private func head(
        _ server: APIServer, _ method: String = "POST", _ path: String = "/v1/sessions", _ more: String...
    ) -> String {
        let lines = ["\(method) \(path) HTTP/1.1", "Host: test", "Authorization: Bearer \(server.first.key)"] + more
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    @Test(arguments: [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 5",
        "Content-Length: -1",
        "Content-Length: +5",
        "Content-Length: 0x5",
        "Content-Length: 99999999999999999999",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding : chunked",
        "X-Folded: a\r\n b",
        "X-Bad\u{1}: a",
        "X-Value: a\u{0}b",
    ])
    func refusesDoubtfulFraming(_ headers: String) async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                try await connection.write(
                    head(server, "POST", "/v1/sessions", "Content-Type: application/json", headers)
                        + "5\r\nhello\r\n0\r\n\r\n")
                let response = try await connection.response()
                #expect(response?.status == 400)
                #expect(response?["connection"] == "close")
                #expect(await connection.isClosed())
            }
        }
    }

    @Test(arguments: ["GARBAGE\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\r\n\r\n"])
    func refusesWhatIsNoHTTP(_ text: String) async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                try await connection.write(text)
                #expect(try await connection.response()?.status == 400)
                #expect(await connection.isClosed())
            }
        }
    }

    @Test(arguments: [
        "X-Large: " + String(repeating: "a", count: 40_000),
        (0..<200).map { "X-Many-\($0): a" }.joined(separator: "\r\n"),
    ])
    func refusesLargeHeaders(_ headers: String) async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                try await connection.write(head(server, "GET", "/v1/sessions", headers))
                #expect(try await connection.response()?.status == 400)
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func keepsTheConnection() async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                let body = Bodies.hash
                for _ in 0..<3 {
                    try await connection.write(head(server, "GET"))
                    #expect(try await connection.response()?.status == 200)
                    try await connection.write(
                        head(
                            server, "POST", "/v1/sessions", "Content-Type: application/json",
                            "Content-Length: \(body.utf8.count)") + body)
                    #expect(try await connection.response()?.status == 201)
                }
            }
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                let get = { (id: String) in head(server, "GET", "/v1/sessions", "X-Request-Id: \(id)") }
                try await connection.write((0..<5).map { get("r\($0)") }.joined())
                for index in 0..<5 {
                    #expect(try await connection.response()?["x-request-id"] == "r\(index)")
                }
                try await connection.write(
                    get("a") + head(server, "GET", "/v1/sessions", "Connection: close") + get("b"))
                #expect(try await connection.response()?["x-request-id"] == "a")
                let last = try await connection.response()
                #expect(last?["connection"] == "close")
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func endsWithAnHTTP10Client() async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                try await connection.write("GET /openapi.yaml HTTP/1.0\r\n\r\n")
                let response = try await connection.response()
                #expect(response?.status == 200)
                #expect(response?["connection"] == "close")
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func readsChunkedBodies() async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                try await connection.write(
                    head(server, "POST", "/v1/sessions", "Content-Type: application/json", "Transfer-Encoding: chunked")
                )
                for character in Bodies.hash { try await connection.write("1\r\n\(character)\r\n") }
                try await connection.write("0\r\n\r\n")
                #expect(try await connection.response()?.status == 201)
            }
        }
    }

    @Test func countsChunkedBodies() async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                try await connection.write(
                    head(server, "POST", "/v1/sessions", "Content-Type: application/json", "Transfer-Encoding: chunked")
                )
                let chunk = "8000\r\n" + String(repeating: " ", count: 0x8000) + "\r\n"
                for _ in 0..<3 { try await connection.write(chunk) }
                let response = try await connection.response()
                #expect(response?.status == 413)
                #expect(response?.code == "payload_too_large")
                #expect(response?["connection"] == "close")
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func answersAClientThatGoesOnSending() async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                let size = 32 << 20
                try await connection.write(
                    head(server, "POST", "/v1/sessions", "Content-Type: application/json", "Content-Length: \(size)"))
                let part = [UInt8](repeating: 0x20, count: 1 << 20)
                for _ in 0..<8 { try await connection.write(part) }
                #expect(try await connection.response()?.status == 413)
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func discardsForAWhileOnly() async throws {
        try await APIServer.run(connections: ConnectionLimits(lingerTimeout: .milliseconds(100))) { server in
            try await RawConnection.open(port: server.port) { connection in
                try await connection.write(
                    head(server, "POST", "/v1/sessions", "Content-Type: application/json", "Content-Length: 100000000"))
                #expect(try await connection.response()?.status == 413)
                #expect(await connection.isClosed())
                let deadline = ContinuousClock.now + .seconds(20)
                await #expect(throws: (any Error).self) {
                    // What is sent into a connection that is gone fails in the end.
                    while ContinuousClock.now < deadline { try await connection.write("x") }
                }
            }
        }
    }

    @Test func endsABodyThatDoesNotCome() async throws {
        let limits = ConnectionLimits(requestTimeout: .milliseconds(200))
        try await APIServer.run(connections: limits) { server in
            try await RawConnection.open(port: server.port) { connection in
                try await connection.write(
                    head(server, "POST", "/v1/sessions", "Content-Type: application/json", "Content-Length: 100") + "{")
                let response = try await connection.response()
                #expect(response?.status == 408)
                #expect(response?.code == "request_timeout")
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func endsHeadersThatDoNotCome() async throws {
        let limits = ConnectionLimits(headTimeout: .milliseconds(200))
        try await APIServer.run(connections: limits) { server in
            try await RawConnection.open(port: server.port) { connection in
                try await connection.write("GET /v1/sessions HTTP/1.1\r\nHost")
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func endsASilentConnection() async throws {
        let limits = ConnectionLimits(idleTimeout: .milliseconds(200))
        try await APIServer.run(connections: limits) { server in
            try await RawConnection.open(port: server.port) { connection in
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func doesNotTakeACutBodyForWhole() async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                let body = Bodies.hash
                try await connection.write(
                    head(server, "POST", "/v1/sessions", "Content-Type: application/json", "Transfer-Encoding: chunked")
                        + String(body.utf8.count, radix: 16) + "\r\n" + body + "\r\n")
                connection.finish()
                let response = try await connection.response()
                #expect(response?.status != 201)
                #expect(server.sessions.commands.isEmpty)
            }
        }
    }

    @Test(arguments: ["", "Host: a\r\nHost: b\r\n"])
    func asksForOneHost(_ hosts: String) async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                try await connection.write("GET /openapi.yaml HTTP/1.1\r\n\(hosts)\r\n")
                #expect(try await connection.response()?.status == 400)
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func ignoresTheBodyOfAGet() async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                try await connection.write(head(server, "GET", "/v1/sessions", "Content-Length: 5") + "hello")
                #expect(try await connection.response()?.status == 200)
                try await connection.write(head(server, "GET", "/v1/sessions", "Content-Length: 10000000") + "hello")
                let response = try await connection.response()
                #expect(response?.status == 200)
                #expect(response?["connection"] == "close")
                #expect(await connection.isClosed())
            }
        }
    }
}
