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

    /// Nothing, or a byte now and then, after the head.
    private static let stalls: [RawServer.Serve] = [
        { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            connection.waitForEnd()
        },
        { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc")
            while connection.write("x") { usleep(10_000) }
        },
        // Trailers come after the head, too.
        { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n")
            while connection.write("A: b\r\n") { usleep(10_000) }
        },
    ]

    @Test("a prefix is read for its own time, and its connection is closed", arguments: 0..<3, [nil, 300] as [Int?])
    func prefixTime(_ stall: Int, _ milliseconds: Int?) async throws {
        let closed = Counter()
        let serve: RawServer.Serve = { connection in
            Self.stalls[stall](connection)
            closed.increment()
        }
        try await withServer(serve) { server, client in
            var request = HTTPClientRequest(
                url: server.url, timeout: .seconds(60), bodyPolicy: .prefix(maxBytes: 1_000_000))
            if let milliseconds {
                request.bodyPolicy = .prefix(maxBytes: 1_000_000, maxTime: .milliseconds(milliseconds))
            }
            let response = try await client.execute(request)
            #expect(response.status == 200)
            #expect(!response.bodyComplete)
            #expect(response.text.hasPrefix("abc"))
            #expect(response.timings.total >= .milliseconds(milliseconds ?? 2000))
            #expect(response.timings.total < .seconds(30))
            try await #expect(eventually { closed.value == 1 })
        }
    }

    @Test("the time of a prefix counts from the head, and neither without one nor for a whole body")
    func prefixTimeOnly() async throws {
        let lateHead: RawServer.Serve = { connection in
            while connection.readRequest() != nil {
                connection.write("HTTP/1.1 103 Early Hints\r\n\r\n")
                usleep(300_000)
                connection.answer("late")
            }
        }
        let lateBody: RawServer.Serve = { connection in
            while connection.readRequest() != nil {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
                usleep(300_000)
                connection.write("late")
            }
        }
        let policies: [(RawServer.Serve, HTTPClientRequest.BodyPolicy)] = [
            (lateHead, .prefix(maxBytes: 100, maxTime: .milliseconds(100))),
            (lateBody, .prefix(maxBytes: 100, maxTime: .seconds(30))), (lateBody, .whole(maxBytes: 100)),
        ]
        for (serve, policy) in policies {
            try await withServer(serve) { server, client in
                for _ in 0..<2 {
                    let response = try await client.execute(
                        HTTPClientRequest(url: server.url, timeout: .seconds(60), bodyPolicy: policy))
                    #expect(response.text == "late")
                    #expect(response.bodyComplete)
                }
                #expect(server.connectionCount == 1)
            }
        }
    }

    @Test("others go on while a prefix is waited for")
    func prefixAmongOthers() async throws {
        let serve: RawServer.Serve = { connection in
            while let request = connection.readRequest() {
                guard request.lines[0].contains("/stall") else {
                    connection.answer("ok")
                    continue
                }
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
                connection.waitForEnd()
            }
        }
        try await withServer(serve, HTTPClientConfiguration(engines: 1)) { server, client in
            let stalled = HTTPClientRequest(
                url: server.url + "stall", timeout: .seconds(60),
                bodyPolicy: .prefix(maxBytes: 100, maxTime: .seconds(4)))
            async let stall = client.execute(stalled)
            try await #expect(eventually { server.connectionCount == 1 })
            for _ in 0..<100 { try await #expect(client.execute(HTTPClientRequest(url: server.url)).text == "ok") }
            let response = try await stall
            #expect(!response.bodyComplete && response.text == "abc")
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
