import Hummingbird
import Logging
import Testing

@testable import BridgeServer

@Suite(.timeLimit(.minutes(5))) struct AdminResponderTests {
    @Test(arguments: [
        ("GET", "/health/live", false, 200, "ok\n"), ("GET", "/health/ready", true, 200, "ready\n"),
        ("GET", "/health/ready", false, 503, "not ready\n"), ("GET", "/metrics", false, 200, "a 1\n"),
        ("POST", "/metrics", true, 405, "method not allowed\n"), ("GET", "/v1/sessions", true, 404, "not found\n"),
        ("GET", "/", true, 404, "not found\n"), ("HEAD", "/health/live", true, 200, ""),
    ])
    func answers(_ method: String, _ path: String, _ isReady: Bool, _ status: Int, _ body: String) async throws {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let application = Application(
            responder: AdminResponder(isReady: { isReady }, metrics: { Array("a 1\n".utf8) }),
            server: .guardedHTTP1(), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            let response = try await RawConnection.open(port: port) { connection in
                try await connection.write("\(method) \(path) HTTP/1.1\r\nHost: test\r\n\r\n")
                return try await connection.response(hasBody: method != "HEAD")
            }
            #expect(response?.status == status)
            #expect(response?.text == body)
            #expect(response?["cache-control"] == "no-store")
            group.cancelAll()
            while await group.nextResult() != nil {}
        }
    }
}
