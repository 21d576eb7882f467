import BridgeCore
import BridgeRuntime
import BridgeStore
import StrictJSON
import Synchronization
import Testing

@testable import BridgeServer

/// What holds for every request, whatever it is about.
@Suite(.timeLimit(.minutes(5))) struct ProtocolTests {
    @Test(arguments: [
        ("GET", "/v1/sessions"), ("GET", "/v1/nothing"), ("PUT", "/v1/sessions"), ("GET", "/v1"), ("GET", "/v1/"),
        ("POST", "/v1/sessions/x/cancel"), ("TRACE", "/v1/sessions"),
    ])
    func asksForAKeyFirst(_ method: String, _ path: String) async throws {
        try await APIServer.run { server in
            let key = server.first.key
            let wrong = String(key.dropLast()) + (key.last == "0" ? "1" : "0")
            for authorization in [
                "", "Authorization: Basic \(key)", "Authorization: Bearer", "Authorization: Bearer \(wrong)",
                "Authorization: \(key)", "Authorization: Bearer \(key) x", "Authorization: Bearer \(key.uppercased())",
                "Authorization: Bearer \(key)\r\nAuthorization: Bearer \(key)",
            ] {
                let response = try await server.send(
                    method, path, headers: authorization.isEmpty ? [] : [authorization])
                #expect(response.status == 401, "\(authorization)")
                #expect(response.code == "unauthorized")
                #expect(response["www-authenticate"] == "Bearer")
            }
        }
    }

    @Test func stopsARemovedClientAtOnce() async throws {
        try await APIServer.run { server in
            #expect(try await server.send("GET", "/v1/sessions", as: server.first).status == 200)
            _ = try await server.store.removeClient(server.first.id, at: server.environment.now().wall)
            #expect(try await server.send("GET", "/v1/sessions", as: server.first).status == 401)
            #expect(try await server.send("GET", "/v1/sessions", as: server.second).status == 200)
        }
    }

    @Test(arguments: [
        "/", "/v1", "/v1/", "/v1//sessions", "//v1/sessions", "/v1/sessions/", "/V1/sessions", "/v1/%73essions",
        "/v1/sessions/..%2fsessions", "/v1/./sessions", "/v1/x/../sessions", "/v1/sessions;a", "/v1/sessions%00",
        "/v1/sessions/x", "/v1/sessions/ses_", "/v1/sessions/SES_01JD7C0000000000000000000A",
        "/v1/sessions/ses_01jd7c0000000000000000000/file", "/v1/endpoints/ses_01jd7c00000000000000000000",
        "/openapi.yaml/", "/openapi%2eyaml", "/metrics", "/health/ready",
    ])
    func knowsNoOtherPaths(_ path: String) async throws {
        try await APIServer.run { server in
            let response = try await server.send("GET", path, as: server.first)
            #expect(response.status == 404)
            #expect(response.code == "not_found")
            #expect(response["content-type"] == "application/problem+json")
        }
    }

    @Test(arguments: [
        ("PUT", "/v1/sessions", "POST, GET"), ("DELETE", "/v1/sessions", "POST, GET"),
        ("POST", "/openapi.yaml", "GET"), ("HEAD", "/v1/sessions", "POST, GET"),
        ("PUT", "/v1/endpoints/x", "GET, PATCH, DELETE"), ("GET", "/v1/deliveries/x/resend", "POST"),
    ])
    func tellsTheMethods(_ method: String, _ path: String, _ allow: String) async throws {
        try await APIServer.run { server in
            let response = try await server.send(method, path, as: server.first)
            #expect(response.status == 405)
            #expect(response["allow"] == allow)
            #expect(method == "HEAD" || response.code == "method_not_allowed")
        }
    }

    @Test(arguments: [
        "/v1/sessions?x=1", "/v1/sessions?limit=0", "/v1/sessions?limit=201", "/v1/sessions?limit=1e1",
        "/v1/sessions?limit=", "/v1/sessions?limit=5&limit=5", "/v1/sessions?status=starting",
        "/v1/sessions?status=Pending", "/v1/sessions?kind=x", "/v1/sessions?cursor=x",
        "/v1/sessions?cursor=end_01jd7c0000000000000000000a", "/v1/sessions?limit=%zz", "/v1/sessions?=1",
        "/v1/sessions/ses_01jd7c0000000000000000000a?wait=61", "/v1/sessions/ses_01jd7c0000000000000000000a?wait=-1",
        "/v1/sessions/ses_01jd7c0000000000000000000a?wait=1.5", "/v1/events?type=x", "/v1/events?since=yesterday",
        "/v1/events?since=2026-02-30T00:00:00Z", "/v1/events?session_id=x", "/v1/deliveries?status=x",
        "/v1/deliveries?endpoint_id=ses_01jd7c0000000000000000000a", "/v1/endpoints?status=x",
    ])
    func refusesQuery(_ path: String) async throws {
        try await APIServer.run { server in
            let response = try await server.send("GET", path, as: server.first)
            #expect(response.status == 400)
            #expect(response.code == "invalid_query")
        }
    }

    @Test(arguments: [
        "/v1/sessions?limit=1&status=pending&kind=hash", "/v1/sessions?cursor=ses_01jd7c0000000000000000000a",
        "/v1/events?since=2026-01-01T00:00:00+02:00", "/v1/events?since=2026-01-01T00%3A00%3A00.5Z&type=endpoint.test",
        "/v1/deliveries?status=held&session_id=ses_01jd7c0000000000000000000a", "/v1/endpoints?limit=200",
    ])
    func takesQuery(_ path: String) async throws {
        try await APIServer.run { server in
            let response = try await server.send("GET", path, as: server.first)
            #expect(response.status == 200)
            #expect(response.text == #"{"data":[],"next_cursor":null}"#)
        }
    }

    @Test(
        arguments: [
            ([], 415), (["Content-Type: text/plain"], 415), (["Content-Type: application/json; charset=utf-16"], 415),
            (["Content-Type: application/jsonx"], 415),
            (["Content-Type: application/json", "Content-Encoding: gzip"], 415),
            (["Content-Type: application/json;charset=UTF-8"], 201), (["Content-Type: Application/JSON"], 201),
            (["Content-Type: application/json", "Content-Encoding: identity"], 201),
        ] as [([String], Int)])
    func checksTheMediaType(_ headers: [String], _ status: Int) async throws {
        try await APIServer.run { server in
            try await RawConnection.open(port: server.port) { connection in
                let body = Bodies.hash
                let lines = [
                    "POST /v1/sessions HTTP/1.1", "Host: test", "Authorization: Bearer \(server.first.key)",
                    "Content-Length: \(body.utf8.count)",
                ]
                try await connection.write((lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + body)
                #expect(try await connection.response()?.status == status)
            }
        }
    }

    @Test(arguments: ["a", "A.b_c-9", String(repeating: "x", count: 64)])
    func echoesTheRequestID(_ id: String) async throws {
        try await APIServer.run { server in
            let response = try await server.send(
                "GET", "/v1/nothing", as: server.first, headers: ["X-Request-Id: \(id)"])
            #expect(response["x-request-id"] == id)
            #expect(response.json?["request_id"]?.string == id)
        }
    }

    @Test(arguments: ["", "a b", "é", String(repeating: "x", count: 65), "a\tb"])
    func makesARequestID(_ id: String) async throws {
        try await APIServer.run { server in
            let response = try await server.send("GET", "/openapi.yaml", headers: ["X-Request-Id: \(id)"])
            #expect(response.status == 200)
            #expect(response["x-request-id"]?.hasPrefix("req_") == true)
        }
    }

    @Test func refusesALongTarget() async throws {
        try await APIServer.run { server in
            let response = try await server.send("GET", "/v1/" + String(repeating: "a", count: 9000), as: server.first)
            #expect(response.status == 414)
        }
    }

    @Test func answersOnceItIsReady() async throws {
        let isReady = Mutex(false)
        try await APIServer.run(isReady: { isReady.withLock { $0 } }) { server in
            let early = try await server.send("POST", "/v1/sessions", as: server.first, json: Bodies.hash)
            #expect(early.status == 503)
            #expect(early.code == "not_ready")
            #expect(early["retry-after"] == "1")
            #expect(server.sessions.commands.isEmpty)
            #expect(try await server.send("GET", "/v1/sessions").status == 401)
            #expect(try await server.send("GET", "/openapi.yaml").status == 200)
            isReady.withLock { $0 = true }
            #expect(try await server.send("GET", "/v1/sessions", as: server.first).status == 200)
        }
    }

    @Test func everyCodeHasAStatusAndATitle() {
        for code in ProblemCode.allCases {
            #expect((400...599).contains(code.status))
            #expect(!code.title.isEmpty)
        }
        #expect(Set(ProblemCode.allCases.map(\.title)).count == ProblemCode.allCases.count)
    }
}
