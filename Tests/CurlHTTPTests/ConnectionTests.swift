import Glibc
import Testing

@testable import CurlHTTP

@Suite("Connections")
struct ConnectionTests {
    @Test("a connection is used again")
    func reuse() async throws {
        try await withServer(answersOK) { server, client in
            for _ in 0..<5 {
                let response = try await client.execute(HTTPClientRequest(url: server.url))
                #expect(response.text == "ok")
                #expect(response.remoteAddress == "127.0.0.1:\(server.port)")
            }
            #expect(server.connectionCount == 1)
            #expect(server.requestCount == 5)
        }
    }

    @Test("a fresh connection is neither reused nor left for reuse")
    func fresh() async throws {
        try await withServer(answersOK) { server, client in
            let plain = HTTPClientRequest(url: server.url)
            let fresh = HTTPClientRequest(url: server.url, freshConnection: true)
            for request in [plain, fresh, fresh, plain] { _ = try await client.execute(request) }
            #expect(server.connections.map(\.requestCount) == [2, 1, 1])
        }
    }

    @Test("a connection that the server closed while idle is replaced")
    func closedWhileIdle() async throws {
        let serve: RawServer.Serve = { connection in
            _ = connection.readRequest()
            connection.answer("ok")
        }
        try await withServer(serve) { server, client in
            for _ in 0..<3 { try await #expect(client.execute(HTTPClientRequest(url: server.url)).text == "ok") }
            #expect(server.connectionCount == 3)
        }
    }

    @Test("a request on a reused connection that dies is sent again; on a fresh one it is not")
    func staleReuse() async throws {
        // The first connection answers once and then swallows the next request.
        let serve: RawServer.Serve = { connection in
            while connection.readRequest() != nil {
                if connection.number == 0 && connection.requestCount == 2 { return }
                connection.answer("ok")
            }
        }
        try await withServer(serve) { server, client in
            let request = HTTPClientRequest(method: "POST", url: server.url, body: Array("a".utf8))
            _ = try await client.execute(request)
            _ = try await client.execute(request)
            #expect(server.connections.map(\.requestCount) == [2, 1])
        }
        let swallows: RawServer.Serve = { connection in _ = connection.readRequest() }
        try await withServer(swallows) { server, client in
            let request = HTTPClientRequest(
                method: "POST", url: server.url, body: Array("a".utf8), freshConnection: true)
            let error = try await failure(of: request, by: client)
            #expect(error.kind == .reset)
            #expect(error.requestSent)
            #expect(server.requestCount == 1)
        }
    }

    @Test("a refused connection sends nothing")
    func refused() async throws {
        let port = try UnusedPort()
        try await withClient { client in
            let error = try await failure(of: HTTPClientRequest(url: "http://127.0.0.1:\(port.number)/"), by: client)
            #expect(error.kind == .connect)
            #expect(!error.requestSent)
            #expect(error.remoteAddress == nil)
        }
    }

    @Test("HTTP over a UNIX socket")
    func unixSocket() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("server.sock")
        let server = try RawServer(unixSocketPath: path, answersOK)
        defer { server.stop() }
        try await withClient { client in
            let request = HTTPClientRequest(
                url: "http://control.invalid/health", addressFilter: { _ in false }, unixSocketPath: path)
            for _ in 0..<2 {
                let response = try await client.execute(request)
                #expect(response.text == "ok")
                #expect(response.remoteAddress == nil)
            }
            #expect(server.connectionCount == 1)
            let lines = try #require(server.connections.first?.requests.first?.lines)
            #expect(lines.contains("Host: control.invalid"))

            let missing = HTTPClientRequest(url: "http://localhost/", unixSocketPath: folder.path("none.sock"))
            try await #expect(failure(of: missing, by: client).kind == .connect)
        }
    }

    @Test("redirects are told, not followed")
    func redirect() async throws {
        let serve: RawServer.Serve = { connection in
            while connection.readRequest() != nil {
                connection.write("HTTP/1.1 307 Elsewhere\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n")
            }
        }
        try await withServer(serve) { server, client in
            let response = try await client.execute(HTTPClientRequest(url: server.url))
            #expect(response.status == 307)
            #expect(response.header("location") == "/other")
            #expect(server.requestCount == 1)
        }
    }

    @Test("proxy variables of the environment are ignored")
    func proxyVariables() async throws {
        // Nothing listens there: were it used, the request would fail.
        for name in ["http_proxy", "all_proxy", "ALL_PROXY"] { setenv(name, "http://127.0.0.1:1", 1) }
        defer { for name in ["http_proxy", "all_proxy", "ALL_PROXY"] { unsetenv(name) } }
        try await withServer(answersOK) { server, client in
            try await #expect(client.execute(HTTPClientRequest(url: server.url)).text == "ok")
        }
    }

    @Test("transfers beyond the engine's bound wait, and all are answered")
    func queueing() async throws {
        try await withServer(answersOK, HTTPClientConfiguration(transfersPerEngine: 2)) { server, client in
            let request = HTTPClientRequest(url: server.url)
            try await withThrowingTaskGroup { group in
                for _ in 0..<50 { group.addTask { try await client.execute(request).status } }
                for try await status in group { #expect(status == 200) }
            }
            #expect(server.connectionCount <= 2)
            #expect(server.requestCount == 50)
        }
    }
}
