import BridgeCore
import HTTPTypes
import Testing

@testable import BridgeServer

@Suite(.timeLimit(.minutes(5))) struct AccessLogTests {
    @Test func tellsOfRequestsAndKeepsTheirSecrets() async throws {
        let log = RecordingLog()
        try await APIServer.run(log: log) { server in
            let id = ["X-Request-Id: r"]
            _ = try await server.send("POST", "/v1/sessions", as: server.first, headers: id, json: Bodies.document)
            _ = try await server.send("GET", "/v1/sessions?limit=7", as: server.first, headers: id)
            _ = try await server.send("GET", "/v1/x?secret=7", as: server.first, headers: id)
            _ = try await server.send("GET", "/v1/sessions", headers: ["Authorization: Bearer mbk_x"] + id)
            let lines = log.lines.map { $0.replacing(#/duration_ms=\d+ /#, with: "") }
            let client = server.first.id
            #expect(
                lines == [
                    "info Request answered client.id=\(client) method=POST request.id=r route=/v1/sessions status=201",
                    "debug Request answered client.id=\(client) method=GET request.id=r route=/v1/sessions status=200",
                    "info Request answered client.id=\(client) method=GET request.id=r route=none status=404",
                    "info Request answered method=GET request.id=r route=/v1/sessions status=401",
                ])
        }
    }

    @Test func hidesWhatFailed() {
        struct Failure: Error { let secret = "30303039914" }
        let log = RecordingLog()
        AccessLog(logger: log.logger).failed(Failure(), .init(requestID: "r", method: .get))
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.hasPrefix("error Request failed error.type=Failure") == true)
        #expect(log.lines.first?.contains("30303039914") == false)
    }
}
