import Foundation
import Synchronization
import Testing

@testable import BridgeServer

/// Large requests, and what they leave to the others.
@Suite(.timeLimit(.minutes(5))) struct LargeBodyTests {
    private static let limits = APILimits(
        maximumFileBytes: 4096, maximumRequestBytes: 400_000, maximumBodyBytes: 800_000)

    private func body(_ count: Int) -> String {
        Bodies.hash + String(repeating: " ", count: count - Bodies.hash.utf8.count)
    }

    private func head(_ client: APIServer.TestClient, _ length: Int, _ more: String = "") -> String {
        "POST /v1/sessions HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer \(client.key)\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(length)\r\n\(more)\r\n"
    }

    /// Waits until that many bytes of a client's bodies have come.
    private func wait(for bytes: Int, of client: APIServer.TestClient, _ server: APIServer) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while server.responder.budget.taken(by: client.id) != bytes {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    private func post(_ body: String, _ client: APIServer.TestClient, _ server: APIServer) async throws -> RawResponse {
        try await server.send("POST", "/v1/sessions", as: client, json: body)
    }

    @Test func anAnnouncementTakesNothing() async throws {
        try await APIServer.run(limits: Self.limits) { server in
            let large = body(400_000)
            try await RawConnection.open(port: server.port) { connection in
                try await connection.write(head(server.first, large.utf8.count, "Expect: 100-continue\r\n"))
                #expect(try await connection.response()?.status == 100)
                #expect(try await post(large, server.first, server).status == 201)
                #expect(try await post(large, server.second, server).status == 201)
                try await connection.write(large)
                #expect(try await connection.response()?.status == 201)
            }
            #expect(server.responder.budget.taken(by: server.first.id) == 0)
        }
    }

    @Test func aClientHasItsShareOnly() async throws {
        try await APIServer.run(limits: Self.limits) { server in
            let large = body(400_000)
            try await RawConnection.open(port: server.port) { connection in
                // All but the last byte: it stays in memory.
                try await connection.write(head(server.first, large.utf8.count) + large.dropLast())
                try await wait(for: large.utf8.count - 1, of: server.first, server)
                let refused = try await post(large, server.first, server)
                #expect(refused.status == 503)
                #expect(refused.code == "overloaded")
                #expect(refused["retry-after"] == "1")
                // Its small ones always have room, and so has every other client.
                #expect(try await post(Bodies.hash, server.first, server).status == 201)
                #expect(try await post(large, server.second, server).status == 201)
                try await connection.write(" ")
                #expect(try await connection.response()?.status == 201)
            }
            #expect(try await post(large, server.first, server).status == 201)
        }
    }

    @Test func refusesChunksThatHaveNoRoom() async throws {
        try await APIServer.run(limits: Self.limits) { server in
            #expect(server.responder.budget.take(350_000, for: server.first.id))
            try await RawConnection.open(port: server.port) { connection in
                let head = head(server.first, 0).replacing("Content-Length: 0", with: "Transfer-Encoding: chunked")
                try await connection.write(head + "\(String(100_000, radix: 16))\r\n\(body(100_000))\r\n0\r\n\r\n")
                let response = try await connection.response()
                #expect(response?.status == 503)
                #expect(response?.code == "overloaded")
            }
            #expect(server.responder.budget.taken(by: server.first.id) == 350_000)
        }
    }

    @Test func smallRequestsGoOnWhileALargeOneIsDecoded() async throws {
        try await APIServer.run(limits: Self.limits) { server in
            let large = body(300_000)
            let gate = DispatchSemaphore(value: 0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { gate.signal() }
                group.addTask {
                    // Stands in for a body that takes long.
                    try await server.responder.decoding.run(bytes: .max) { gate.wait() }
                }
                try await RawConnection.open(port: server.port) { connection in
                    try await connection.write(head(server.first, large.utf8.count) + large)
                    try await wait(for: large.utf8.count, of: server.first, server)
                    for count in 1...10 {
                        #expect(try await post(Bodies.hash, server.second, server).status == 201)
                        #expect(server.sessions.commands.count == count)
                    }
                    gate.signal()
                    #expect(try await connection.response()?.status == 201)
                }
            }
        }
    }

    @Test func largeRequestsHaveKeysAndFaults() async throws {
        try await APIServer.run(limits: Self.limits) { server in
            let key = ["Idempotency-Key: k"]
            let large = body(400_000)
            let answer = try await server.send("POST", "/v1/sessions", as: server.first, headers: key, json: large)
            let again = try await server.send("POST", "/v1/sessions", as: server.first, headers: key, json: large)
            #expect(answer.status == 201)
            #expect(again.body == answer.body)
            let fault = try await post(large.replacing("{", with: "[", maxReplacements: 1), server.first, server)
            #expect(fault.code == "malformed_json")
        }
    }
}
