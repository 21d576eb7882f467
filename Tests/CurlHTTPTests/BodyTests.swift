import Testing

@testable import CurlHTTP

@Suite("Response bodies")
struct BodyTests {
    /// What a server sends after the status line, before it closes the connection.
    struct Broken: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let kind: HTTPClientError.Kind
        var resets = false
    }

    static let broken = [
        Broken(testDescription: "shorter than announced", text: "Content-Length: 10\r\n\r\nabc", kind: .reset),
        Broken(
            testDescription: "reset amid the body", text: "Content-Length: 10\r\n\r\nabc", kind: .reset, resets: true),
        Broken(
            testDescription: "chunks without an end", text: "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            kind: .reset),
        Broken(
            testDescription: "a chunk size that is none", text: "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
            kind: .protocolError),
    ]

    @Test("a broken body fails a whole one", arguments: broken)
    func brokenWhole(_ broken: Broken) async throws {
        try await withServer(serve(broken)) { server, client in
            let error = try await failure(of: HTTPClientRequest(url: server.url), by: client)
            #expect(error.kind == broken.kind, "\(error)")
            #expect(error.requestSent)
            #expect(error.remoteAddress == "127.0.0.1:\(server.port)")
        }
    }

    @Test("a broken body leaves a prefix incomplete", arguments: broken)
    func brokenPrefix(_ broken: Broken) async throws {
        try await withServer(serve(broken)) { server, client in
            let request = HTTPClientRequest(url: server.url, bodyPolicy: .prefix(maxBytes: 100))
            let response = try await client.execute(request)
            #expect(response.status == 200)
            #expect(!response.bodyComplete)
            // A reset may overtake what was sent before it.
            if !broken.resets { #expect(response.text == "abc") }
        }
    }

    private func serve(_ broken: Broken) -> RawServer.Serve {
        { connection in
            _ = connection.readRequest()
            if broken.resets { connection.resetOnClose() }
            connection.write("HTTP/1.1 200 OK\r\n\(broken.text)")
        }
    }

    @Test("an endless body is cut at the bound", arguments: ["", "Transfer-Encoding: chunked\r\n"])
    func endless(_ header: String) async throws {
        let serve: RawServer.Serve = { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\n\(header)\r\n")
            let part = String(repeating: "x", count: 4096)
            while connection.write(header.isEmpty ? part : "1000\r\n\(part)\r\n") {}
        }
        try await withServer(serve) { server, client in
            let whole = HTTPClientRequest(url: server.url, bodyPolicy: .whole(maxBytes: 100_000))
            try await #expect(failure(of: whole, by: client).kind == .tooLarge)

            let prefix = HTTPClientRequest(url: server.url, bodyPolicy: .prefix(maxBytes: 10_000))
            let response = try await client.execute(prefix)
            #expect(response.body == Array(repeating: UInt8(ascii: "x"), count: 10_000))
            #expect(!response.bodyComplete)
        }
    }

    @Test("an announced length over the bound is refused before the body is there")
    func announced() async throws {
        let serve: RawServer.Serve = { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\nx")
            connection.waitForEnd()
        }
        try await withServer(serve) { server, client in
            try await #expect(failure(of: HTTPClientRequest(url: server.url), by: client).kind == .tooLarge)
        }
    }

    @Test("the bound itself is allowed", arguments: [0, 1, 5])
    func exact(_ count: Int) async throws {
        let body = String(repeating: "b", count: count)
        let serve: RawServer.Serve = { connection in
            while connection.readRequest() != nil { connection.answer(body) }
        }
        try await withServer(serve) { server, client in
            let policies: [HTTPClientRequest.BodyPolicy] = [.whole(maxBytes: count), .prefix(maxBytes: count)]
            for policy in policies {
                let response = try await client.execute(HTTPClientRequest(url: server.url, bodyPolicy: policy))
                #expect(response.text == body)
                #expect(response.bodyComplete)
            }
            #expect(server.connectionCount == 1)
        }
    }

    @Test("a body without a length ends with the connection")
    func untilClose() async throws {
        let serve: RawServer.Serve = { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.0 200 OK\r\n\r\nall of it")
        }
        try await withServer(serve) { server, client in
            let response = try await client.execute(HTTPClientRequest(url: server.url))
            #expect(response.text == "all of it")
            #expect(response.bodyComplete)
        }
    }

    @Test("bytes after the announced length are not part of the body, and end the connection")
    func longerThanAnnounced() async throws {
        let serve: RawServer.Serve = { connection in
            while connection.readRequest() != nil {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n")
            }
        }
        try await withServer(serve) { server, client in
            for _ in 0..<2 { try await #expect(client.execute(HTTPClientRequest(url: server.url)).text == "ok") }
            #expect(server.connectionCount == 2)
        }
    }

    @Test("large bodies both ways, unchanged")
    func large() async throws {
        let serve: RawServer.Serve = { connection in
            while let request = connection.readRequest() {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n")
                connection.write(request.body)
            }
        }
        try await withServer(serve) { server, client in
            let body = (0..<8_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
            let request = HTTPClientRequest(
                method: "POST", url: server.url, body: body, bodyPolicy: .whole(maxBytes: body.count))
            let response = try await client.execute(request)
            #expect(response.body == body)
        }
    }
}
