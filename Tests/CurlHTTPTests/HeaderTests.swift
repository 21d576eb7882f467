import Testing

@testable import CurlHTTP

@Suite("Response heads")
struct HeaderTests {
    /// Serves one answer as it is, and closes.
    private func serve(_ text: String) -> RawServer.Serve {
        { connection in
            _ = connection.readRequest()
            connection.write(text)
        }
    }

    @Test("only the final response counts; interim heads and trailers are left out")
    func final() async throws {
        let text =
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
            + "HTTP/1.1 201 Created\r\nX-Twice: 1\r\nx-twice:  2 \r\nTransfer-Encoding: chunked\r\n\r\n"
            + "2\r\nok\r\n0\r\nX-Trailer: late\r\n\r\n"
        try await withServer(serve(text)) { server, client in
            let response = try await client.execute(HTTPClientRequest(url: server.url))
            #expect(response.status == 201)
            #expect(response.headers.map(\.name) == ["X-Twice", "x-twice", "Transfer-Encoding"])
            #expect(response.headers.map(\.value) == ["1", "2", "chunked"])
            #expect(response.header("X-TWICE") == "1")
            #expect(response.header("Link") == nil)
            #expect(response.text == "ok")
        }
    }

    @Test("too many header bytes end the transfer", arguments: ["", "HTTP/1.1 100 Continue\r\n\r\n"])
    func flood(_ interim: String) async throws {
        let serve: RawServer.Serve = { connection in
            _ = connection.readRequest()
            if interim.isEmpty { connection.write("HTTP/1.1 200 OK\r\n") }
            while connection.write(interim.isEmpty ? "X-Field: value\r\n" : interim) {}
        }
        try await withServer(serve) { server, client in
            let error = try await failure(of: HTTPClientRequest(url: server.url), by: client)
            #expect(error.kind == .tooLarge, "\(error)")
        }
    }

    @Test("one endless header line ends the transfer")
    func endlessLine() async throws {
        let serve: RawServer.Serve = { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nX-Field: ")
            while connection.write(String(repeating: "v", count: 4096)) {}
        }
        try await withServer(serve) { server, client in
            let error = try await failure(of: HTTPClientRequest(url: server.url), by: client)
            #expect(error.kind == .tooLarge, "\(error)")
        }
    }

    @Test("endless trailers fail a whole body and leave a prefix incomplete")
    func trailers() async throws {
        let serve: RawServer.Serve = { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n")
            while connection.write("X-Field: value\r\n") {}
        }
        try await withServer(serve) { server, client in
            let error = try await failure(of: HTTPClientRequest(url: server.url), by: client)
            #expect(error.kind == .tooLarge, "\(error)")
            let prefix = HTTPClientRequest(url: server.url, bodyPolicy: .prefix(maxBytes: 10))
            let response = try await client.execute(prefix)
            #expect(response.text == "ok")
            #expect(!response.bodyComplete)
        }
    }

    @Test(
        "what is not HTTP is a protocol error",
        arguments: [
            "just some text\r\n", "<html>no head</html>", "HTTP/1.1 abc\r\n\r\n", "HTTP/7.3 200 OK\r\n\r\n",
            "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc",
        ])
    func garbage(_ text: String) async throws {
        try await withServer(serve(text)) { server, client in
            let error = try await failure(of: HTTPClientRequest(url: server.url), by: client)
            #expect(error.kind == .protocolError, "\(error)")
            #expect(error.requestSent)
        }
    }

    @Test("a connection that ends before or within the head is a reset", arguments: ["", "HTTP/1.1 200 OK\r\nX-Fi"])
    func endsEarly(_ text: String) async throws {
        try await withServer(serve(text)) { server, client in
            let prefix = HTTPClientRequest(url: server.url, bodyPolicy: .prefix(maxBytes: 10))
            let error = try await failure(of: prefix, by: client)
            #expect(error.kind == .reset, "\(error)")
            #expect(error.requestSent)
        }
    }

    @Test("a TCP reset after the request is a reset, and the request was sent")
    func reset() async throws {
        let serve: RawServer.Serve = { connection in
            _ = connection.readRequest()
            connection.resetOnClose()
        }
        try await withServer(serve) { server, client in
            let error = try await failure(of: HTTPClientRequest(url: server.url), by: client)
            #expect(error.kind == .reset)
            #expect(error.requestSent)
        }
    }

    @Test("heads are split into fields")
    func fields() {
        let head = "HTTP/1.1 200 OK\r\nA: 1\r\nB:\r\n folded\r\n\tagain \r\nno colon\r\nC:\tx: y \r\n\r\n"
        let fields = ResponseHead.fields(of: Array(head.utf8))
        #expect(fields.map(\.name) == ["A", "B", "C"])
        #expect(fields.map(\.value) == ["1", " folded again", "x: y"])
    }
}
