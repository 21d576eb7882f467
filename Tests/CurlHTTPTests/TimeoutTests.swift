import Foundation
import Testing

@testable import CurlHTTP

@Suite("Deadlines")
struct TimeoutTests {
    /// Sends the head, then one byte now and then, without end.
    private static let drips: RawServer.Serve = { connection in
        _ = connection.readRequest()
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while connection.write("x") { usleep(10_000) }
    }

    @Test("a drip is cut when the whole time is over")
    func drip() async throws {
        try await withServer(Self.drips) { server, client in
            let request = HTTPClientRequest(url: server.url, timeout: .milliseconds(300))
            let error = try await failure(of: request, by: client)
            #expect(error.kind == .timeout)
            #expect(error.requestSent)
        }
    }

    @Test("a prefix of a drip is an answer, when the time is over")
    func dripPrefix() async throws {
        try await withServer(Self.drips) { server, client in
            let request = HTTPClientRequest(
                url: server.url, timeout: .milliseconds(300), bodyPolicy: .prefix(maxBytes: 1_000_000))
            let response = try await client.execute(request)
            #expect(response.status == 200)
            #expect(!response.bodyComplete)
            #expect(response.body.allSatisfy { $0 == UInt8(ascii: "x") })
            #expect(response.timings.total >= .milliseconds(290))
        }
    }

    @Test("a server that says nothing")
    func silence() async throws {
        try await withServer({ $0.waitForEnd() }) { server, client in
            let request = HTTPClientRequest(
                url: server.url, timeout: .milliseconds(200), bodyPolicy: .prefix(maxBytes: 10))
            let error = try await failure(of: request, by: client)
            #expect(error.kind == .timeout)
            #expect(error.requestSent)
        }
    }

    @Test("a TLS handshake without an answer ends with the time for connecting, and nothing was sent")
    func handshake() async throws {
        try await withServer({ $0.waitForEnd() }) { server, client in
            let request = HTTPClientRequest(
                url: "https://127.0.0.1:\(server.port)/", timeout: .seconds(60), connectTimeout: .milliseconds(200))
            let error = try await failure(of: request, by: client)
            #expect(error.kind == .timeout)
            #expect(!error.requestSent)
        }
    }

    @Test("the time runs while a request waits for a free transfer")
    func queued() async throws {
        let configuration = HTTPClientConfiguration(transfersPerEngine: 1)
        try await withServer({ $0.waitForEnd() }, configuration) { server, client in
            async let first = failure(
                of: HTTPClientRequest(url: server.url, timeout: .seconds(30)), by: client)
            try await #expect(eventually { server.connectionCount == 1 })
            let second = try await failure(
                of: HTTPClientRequest(url: server.url, timeout: .milliseconds(100)), by: client)
            #expect(second.kind == .timeout)
            #expect(!second.requestSent)
            server.stop()
            try await #expect(first.kind == .reset)
        }
    }

    @Test("no time at all", arguments: [Duration.zero, .seconds(-1)])
    func none(_ timeout: Duration) async throws {
        try await withServer(answersOK) { server, client in
            let error = try await failure(of: HTTPClientRequest(url: server.url, timeout: timeout), by: client)
            #expect(error.kind == .timeout)
            #expect(server.connectionCount == 0)
        }
    }

    @Test("very long times are taken")
    func endless() async throws {
        try await withServer(answersOK) { server, client in
            let year = Duration.seconds(365 * 86_400)
            let request = HTTPClientRequest(url: server.url, timeout: year, connectTimeout: year)
            try await #expect(client.execute(request).text == "ok")
        }
    }

    @Test(
        "milliseconds for libcurl",
        arguments: [
            (Duration.zero, 0), (.seconds(-3), 0), (.nanoseconds(1), 1), (.milliseconds(20), 20),
            (.microseconds(1500), 2), (.seconds(90), 90_000), (.seconds(10_000_000), Int(CInt.max)),
        ])
    func milliseconds(_ duration: Duration, _ expected: Int) {
        #expect(duration.boundedMilliseconds == expected)
    }
}
