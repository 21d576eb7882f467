import Testing

@testable import CurlHTTP

@Suite("Requests")
struct RequestTests {
    @Test(
        "methods and bodies as they are sent",
        arguments: [
            ("GET", "", nil), ("HEAD", "", nil), ("DELETE", "", nil), ("OPTIONS", "", nil),
            ("POST", "", "Content-Length: 0"), ("PUT", "", "Content-Length: 0"), ("PATCH", "{}", "Content-Length: 2"),
            ("POST", "a\0b", "Content-Length: 3"), ("DELETE", "x", "Content-Length: 1"),
            ("GET", "x", "Content-Length: 1"),
        ] as [(String, String, String?)])
    func methods(_ method: String, _ body: String, _ length: String?) async throws {
        let serve: RawServer.Serve = { connection in
            while let request = connection.readRequest() {
                if request.head.hasPrefix("HEAD") {
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
                } else {
                    connection.answer("ok")
                }
            }
        }
        try await withServer(serve) { server, client in
            // Between others, so that nothing of theirs stays on the handle.
            for other in ["POST", method, "HEAD", method, "PUT", method] {
                let sent = other == method ? Array(body.utf8) : []
                let response = try await client.execute(
                    HTTPClientRequest(method: other, url: server.url + "a/b?c=d", body: sent))
                #expect(response.text == (other == "HEAD" ? "" : "ok"))
            }
            #expect(server.connectionCount == 1)
            for index in [1, 3, 5] {
                let request = server.connections[0].requests[index]
                #expect(request.lines[0] == "\(method) /a/b?c=d HTTP/1.1")
                #expect(request.body == Array(body.utf8))
                #expect(request.lines.first { $0.hasPrefix("Content-Length") } == length)
                #expect(!request.lines.contains { $0.hasPrefix("Content-Type") || $0.hasPrefix("Expect") })
                #expect(!request.lines.contains { $0.hasPrefix("Accept-Encoding") })
            }
        }
    }

    @Test("headers are sent as they are, empty ones too")
    func headers() async throws {
        let configuration = HTTPClientConfiguration(userAgent: "test/1")
        try await withServer(answersOK, configuration) { server, client in
            let request = HTTPClientRequest(
                method: "POST", url: server.url,
                headers: [
                    ("X-A", "1"), ("x-empty", ""), ("X-Blank", "  "), ("Content-Type", "text/plain"), ("X-A", "é;"),
                ])
            _ = try await client.execute(request)
            let lines = try #require(server.connections.first?.requests.first?.lines)
            #expect(lines.filter { $0.hasPrefix("X-A:") } == ["X-A: 1", "X-A: é;"])
            #expect(lines.contains("x-empty:"))
            #expect(lines.contains("X-Blank:"))
            #expect(lines.contains("Content-Type: text/plain"))
            #expect(lines.contains("User-Agent: test/1"))
            #expect(lines.contains("Host: 127.0.0.1:\(server.port)"))
        }
    }

    @Test("a large body does not wait for a go-ahead")
    func expect() async throws {
        try await withServer(answersOK) { server, client in
            let body = [UInt8](repeating: 7, count: 3_000_000)
            _ = try await client.execute(HTTPClientRequest(method: "POST", url: server.url, body: body))
            let request = try #require(server.connections.first?.requests.first)
            #expect(request.body == body)
            #expect(!request.head.contains("Expect"))
        }
    }

    @Test("a user of one URL does not stay for the next")
    func userInfo() async throws {
        try await withServer(answersOK) { server, client in
            _ = try await client.execute(HTTPClientRequest(url: "http://ann:secret@127.0.0.1:\(server.port)/"))
            _ = try await client.execute(HTTPClientRequest(url: server.url))
            let heads = server.connections.flatMap(\.requests).map(\.head)
            #expect(heads.map { $0.contains("Authorization: Basic") } == [true, false])
        }
    }

    @Test(
        "what would change the request's framing is refused",
        arguments: [
            ("X-A", "1\r\nX-B: 2"), ("X-A", "1\n"), ("X-A", "\0"), ("X-A", "a\u{7f}"), ("X-A\r\nX-B", "1"),
            ("X A", "1"),
            ("X-A:", "1"), ("", "1"), ("X-Ä", "1"), ("X-A;", ""), ("Content-Length", "5"),
            ("transfer-ENCODING", "chunked"), ("Connection", "close"), ("Expect", "100-continue"), ("Upgrade", "h2c"),
        ])
    func injection(_ name: String, _ value: String) async throws {
        try await withServer(answersOK) { server, client in
            let error = try await failure(
                of: HTTPClientRequest(url: server.url, headers: [(name, value)]), by: client)
            #expect(error.kind == .invalidRequest)
            #expect(!error.requestSent)
            #expect(server.connectionCount == 0)
        }
    }

    @Test("methods that are not allowed", arguments: ["", "GET /", "GET\r\n", "CONNECT", "G\u{0}T", "ÜBER"])
    func badMethods(_ method: String) async throws {
        try await withClient { client in
            let error = try await failure(of: HTTPClientRequest(method: method, url: "http://127.0.0.1/"), by: client)
            #expect(error.kind == .invalidRequest)
        }
    }

    @Test("UNIX socket paths that are not usable", arguments: ["", "/a\0b", String(repeating: "a", count: 108)])
    func badSocketPaths(_ path: String) async throws {
        try await withClient { client in
            let request = HTTPClientRequest(url: "http://127.0.0.1/", unixSocketPath: path)
            try await #expect(failure(of: request, by: client).kind == .invalidRequest)
        }
    }

    @Test("a HEAD request has no body")
    func headWithBody() async throws {
        try await withClient { client in
            let request = HTTPClientRequest(method: "HEAD", url: "http://127.0.0.1/", body: [1])
            try await #expect(failure(of: request, by: client).kind == .invalidRequest)
        }
    }

    @Test(
        "URLs that are not usable",
        arguments: [
            "", "/path", "host/path", "http://", "ftp://host/", "file:///etc/passwd", "gopher://host/",
            "http://host:0/", "http://host:65536/", "http://host:x/", "http://ho st/", "http://host/a b",
            "http://host/\r\nX: y", "http://host/\0", " http://host/", "http://[::1", "ws://host/",
        ])
    func badURLs(_ url: String) {
        let error = #expect(throws: HTTPClientError.self) { try RequestTarget(url: url) }
        #expect(error?.kind == .invalidRequest)
    }

    @Test(
        "where URLs point",
        arguments: [
            ("http://example.com", "example.com", 80, nil), ("HTTPS://Example.com/", "Example.com", 443, nil),
            ("http://0x7f.1:8080/", "127.0.0.1", 8080, "127.0.0.1:8080"), ("https://[::1]/", "::1", 443, "[::1]:443"),
            ("http://[::ffff:a9fe:a9fe]/", "::ffff:a9fe:a9fe", 80, "169.254.169.254:80"),
            ("http://xn--bcher-kva.example/", "xn--bcher-kva.example", 80, nil),
            ("http:///host.test/", "host.test", 80, nil),
            ("https://user:pass@host.test:1/", "host.test", 1, nil),
            ("http://good.test#@evil.test/", "good.test", 80, nil),
        ] as [(String, String, UInt16, String?)])
    func targets(_ url: String, _ host: String, _ port: UInt16, _ literal: String?) throws {
        let target = try RequestTarget(url: url)
        #expect(target.host == host)
        #expect(target.port == port)
        #expect(target.literal?.description == literal)
        #expect(target.hasUserInfo == url.contains("user:"))
    }
}
