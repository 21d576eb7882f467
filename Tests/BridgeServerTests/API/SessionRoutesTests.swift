import BridgeCore
import BridgeRuntime
import BridgeStore
import Foundation
import Marksign
import StrictJSON
import Testing

@testable import BridgeServer

@Suite(.timeLimit(.minutes(5))) struct SessionRoutesTests {
    private let none = "/v1/sessions/ses_01jd7c0000000000000000000a"

    @Test func startsAndShows() async throws {
        try await APIServer.run { server in
            let started = try await server.send(
                "POST", "/v1/sessions", as: server.first, json: Bodies.document(more: #","metadata":{"id":"4/2"}"#))
            #expect(started.status == 201)
            #expect(started["content-type"] == "application/json")
            let id = try #require(started.json?["id"]?.string)
            #expect(started["location"] == "/v1/sessions/\(id)")
            #expect(
                started.json?.members?.map(\.key) == [
                    "id", "kind", "method", "status", "token", "control_code", "created_at", "expires_at", "ended_at",
                    "result", "error", "metadata",
                ])
            let shown = try await server.send("GET", "/v1/sessions/\(id)?wait=0", as: server.first)
            #expect(shown.status == 200)
            #expect(shown.json?["status"]?.string == "pending")
            #expect(shown.json?["result"]?.isNull == true)
            let list = try await server.send("GET", "/v1/sessions?status=pending", as: server.first)
            #expect(list.json?["data"]?.elements?.count == 1)
        }
    }

    @Test func givesTheCommandOn() async throws {
        try await APIServer.run { server in
            _ = try await server.send(
                "POST", "/v1/sessions", as: server.first, headers: ["X-Request-Id: one"],
                json: Bodies.document(more: #","message":"Ačiū","metadata":{"k":"v"}"#))
            let command = try #require(server.sessions.commands.first)
            #expect(command.clientID == server.first.id)
            #expect(command.requestID == "one")
            #expect(command.key == nil)
            #expect(command.metadata == Metadata(pairs: [.init(key: "k", value: "v")]))
            guard case .document(let start) = command.payload else {
                Issue.record("not a document")
                return
            }
            #expect(start.message == "Ačiū")
            #expect(start.files.first.map { Array($0.content) } == Array(Bodies.pdf.utf8))
        }
    }

    @Test(
        arguments: [
            (.upstreamUnauthorized(upstreamCode: 40003), 502, "upstream_unauthorized", 40003, nil),
            (.upstreamUnauthorized(upstreamCode: nil), 502, "upstream_unauthorized", nil, nil),
            (.upstreamError(upstreamCode: 50001), 502, "upstream_error", 50001, nil),
            (.unavailable(retryAfter: .milliseconds(1001)), 503, "upstream_unavailable", nil, "2"),
            (.unavailable(retryAfter: .zero), 503, "upstream_unavailable", nil, "1"),
            (.storeUnavailable, 503, "store_unavailable", nil, "1"),
            (.keyNotFree(.running), 409, "idempotency_key_running", nil, "1"),
            (.keyNotFree(.mismatch), 422, "idempotency_key_mismatch", nil, nil),
            (
                .answered(
                    SessionAnswers(publicURL: nil).refused(
                        code: "signer_not_found", upstreamCode: 40401, requestID: "r")),
                422, "signer_not_found", 40401, nil
            ),
        ] as [(StartResult, Int, String, Int64?, String?)])
    func tellsWhatMarksignSaid(
        _ result: StartResult, _ status: Int, _ code: String, _ upstreamCode: Int64?, _ retryAfter: String?
    ) async throws {
        try await APIServer.run { server in
            server.sessions.answerStarts(with: result)
            let response = try await server.send("POST", "/v1/sessions", as: server.first, json: Bodies.hash)
            #expect(response.status == status)
            #expect(response.code == code)
            #expect(response.json?["type"]?.string == "urn:marksign-bridge:problem:\(code)")
            #expect(response.json?["upstream_code"]?.integer == upstreamCode)
            #expect(response["retry-after"] == retryAfter)
            #expect(response["content-type"] == "application/problem+json")
        }
    }

    @Test func tellsOfALostStart() async throws {
        try await APIServer.run { server in
            let id: SessionID = server.environment.identifier()
            let answers = SessionAnswers(publicURL: "https://bridge.example")
            server.sessions.answerStarts(with: .answered(answers.startUnknown(id)))
            let response = try await server.send("POST", "/v1/sessions", as: server.first, json: Bodies.hash)
            #expect(response.status == 504)
            #expect(response.code == "start_unknown")
            #expect(response.json?["session_id"]?.string == id.rawValue)
            #expect(response.json?["request_id"]?.string == id.rawValue)
        }
    }

    @Test func watchesATokenOnce() async throws {
        try await APIServer.run { server in
            let first = try await server.send("POST", "/v1/sessions", as: server.first, json: Bodies.watch())
            #expect(first.status == 201)
            #expect(first.json?["control_code"]?.isNull == true)
            let again = try await server.send("POST", "/v1/sessions", as: server.first, json: Bodies.watch())
            #expect(again.status == 409)
            #expect(again.code == "session_exists")
            #expect(again.json?["session_id"]?.string == first.json?["id"]?.string)
            let other = try await server.send("POST", "/v1/sessions", as: server.second, json: Bodies.watch())
            #expect(other.status == 409)
            #expect(other.code == "token_in_use")
            #expect(other.json?["session_id"] == nil)
        }
    }

    @Test func cancelsOnce() async throws {
        try await APIServer.run { server in
            let id = try await server.startedSession().id
            let path = "/v1/sessions/\(id)/cancel"
            let cancelled = try await server.send("POST", path, as: server.first, json: "{}")
            #expect(cancelled.status == 200)
            #expect(cancelled.json?["status"]?.string == "cancelled")
            #expect(cancelled.json?["error"]?["code"]?.string == "cancelled_by_client")
            let again = try await server.send("POST", path, as: server.first)
            #expect(again.status == 409)
            #expect(again.code == "session_final")
            #expect(again.json?["session_id"]?.string == id.rawValue)
            #expect(try await server.send("POST", none + "/cancel", as: server.first).status == 404)
        }
    }

    @Test func tellsOfAnUnfinishedCancel() async throws {
        try await APIServer.run { server in
            let id = try await server.startedSession().id
            server.sessions.interruptCancels()
            for _ in 0..<2 {
                let response = try await server.send(
                    "POST", "/v1/sessions/\(id)/cancel", as: server.first, headers: ["Idempotency-Key: c"])
                #expect(response.status == 503)
                #expect(response.code == "cancel_unfinished")
                #expect(response["retry-after"] == "5")
                #expect(response.json?["session_id"]?.string == id.rawValue)
            }
        }
    }

    @Test(arguments: [(#"{"a":1}"#, 422), ("[]", 422), ("{", 400), ("null", 422), (" ", 400)])
    func takesNoFieldsToCancel(_ body: String, _ status: Int) async throws {
        try await APIServer.run { server in
            let id = try await server.startedSession().id
            let response = try await server.send("POST", "/v1/sessions/\(id)/cancel", as: server.first, json: body)
            #expect(response.status == status)
        }
    }

    @Test func erases() async throws {
        try await APIServer.run { server in
            let session = try await server.startedSession()
            let path = "/v1/sessions/\(session.id)"
            let early = try await server.send("DELETE", path, as: server.first)
            #expect(early.status == 409)
            #expect(early.code == "session_pending")
            try await server.sessions.end(session, .completed(.document(Self.signed)), content: Self.signed.content)
            #expect(try await server.send("DELETE", path, as: server.first).status == 204)
            let shown = try await server.send("GET", path, as: server.first)
            #expect(shown.json?["status"]?.string == "completed")
            #expect(shown.json?["result"]?["person"]?.isNull == true)
            #expect(shown.json?["result"]?["file"]?["url"]?.isNull == true)
            let file = try await server.send("GET", path + "/file", as: server.first)
            #expect(file.status == 410)
            #expect(file.code == "file_expired")
            #expect(try await server.send("DELETE", none, as: server.first).status == 404)
        }
    }

    @Test func showsTheResultAsItCame() async throws {
        try await APIServer.run { server in
            let session = try await server.startedSession()
            try await server.sessions.end(session, .completed(.document(Self.signed)), content: Self.signed.content)
            let shown = try await server.send("GET", "/v1/sessions/\(session.id)", as: server.first)
            let result = try #require(shown.json?["result"])
            #expect(result["signature_id"]?.string == "Signature1")
            #expect(result["file"]?["url"]?.string == "/v1/sessions/\(session.id)/file")
            #expect(result["file"]?["size"]?.integer == Int64(Self.signed.content.count))
            #expect(result["sanctions_data"].map { Array($0.raw) } == Self.signed.sanctionsData)
            #expect(result["peps_data"]?.raw.isEmpty == false)
        }
    }

    @Test func sendsTheFile() async throws {
        try await APIServer.run { server in
            let session = try await server.startedSession()
            let path = "/v1/sessions/\(session.id)/file"
            let early = try await server.send("GET", path, as: server.first)
            #expect(early.status == 404)
            #expect(early.code == "no_file")
            try await server.sessions.end(session, .completed(.document(Self.signed)), content: Self.signed.content)
            let file = try await server.send("GET", path, as: server.first)
            #expect(file.status == 200)
            #expect(file.body == Self.signed.content)
            #expect(file["content-type"] == "application/pdf")
            #expect(file["etag"] == "\"\(Self.signed.sha256)\"")
            #expect(
                file["content-disposition"]
                    == #"attachment; filename="sutartis __ _.pdf"; filename*=UTF-8''sutartis%20%C5%A1%22%20%0A.pdf"#)
            let digest = Data(DigestBytes.sha256(Self.signed.content)).base64EncodedString()
            #expect(file["repr-digest"] == "sha-256=:\(digest):")
            for tags in ["*", "\"\(Self.signed.sha256)\"", "\"a\", W/\"\(Self.signed.sha256)\""] {
                let same = try await server.send("GET", path, as: server.first, headers: ["If-None-Match: \(tags)"])
                #expect(same.status == 304)
                #expect(same.body.isEmpty)
                #expect(same["etag"] == file["etag"])
            }
            let other = try await server.send("GET", path, as: server.first, headers: [#"If-None-Match: "a""#])
            #expect(other.status == 200)
        }
    }

    @Test func answersFromTheKey() async throws {
        try await APIServer.run { server in
            let key = ["Idempotency-Key: \"one\""]
            let send = { (client: APIServer.TestClient, body: String) in
                try await server.send("POST", "/v1/sessions", as: client, headers: key, json: body)
            }
            let first = try await send(server.first, Bodies.hash)
            let again = try await send(server.first, Bodies.hash)
            #expect(first.status == 201)
            #expect(first["idempotent-replayed"] == nil)
            #expect(again.status == 201)
            #expect(again["idempotent-replayed"] == "true")
            #expect(again.body == first.body)
            #expect(again["location"] == first["location"])
            let other = try await send(server.first, Bodies.document)
            #expect(other.status == 422)
            #expect(other.code == "idempotency_key_mismatch")
            let stranger = try await send(server.second, Bodies.hash)
            #expect(stranger.status == 201)
            #expect(stranger.json?["id"]?.string != first.json?["id"]?.string)
        }
    }

    @Test func startsOnceUnderAKey() async throws {
        try await APIServer.run { server in
            let answers = try await withThrowingTaskGroup(of: RawResponse.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await server.send(
                            "POST", "/v1/sessions", as: server.first, headers: ["Idempotency-Key: k"], json: Bodies.hash
                        )
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 201 || $0.code == "idempotency_key_running" })
            #expect(answers.filter { $0.status == 201 && $0["idempotent-replayed"] == nil }.count == 1)
            #expect(Set(answers.filter { $0.status == 201 }.map(\.body)).count == 1)
            let sessions = try await server.send("GET", "/v1/sessions", as: server.first)
            #expect(sessions.json?["data"]?.elements?.count == 1)
        }
    }

    @Test func cancelsUnderAKey() async throws {
        try await APIServer.run { server in
            let id = try await server.startedSession().id
            let cancel = { (key: String) in
                try await server.send(
                    "POST", "/v1/sessions/\(id)/cancel", as: server.first, headers: ["Idempotency-Key: \(key)"])
            }
            let first = try await cancel("a")
            let again = try await cancel("a")
            #expect(first.status == 200)
            #expect(again.body == first.body)
            #expect(again["idempotent-replayed"] == "true")
            // A refusal frees its key.
            #expect(try await cancel("b").status == 409)
            let freed = try await cancel("b")
            #expect(freed.code == "session_final")
        }
    }

    @Test(arguments: ["", "a b", "é", String(repeating: "x", count: 256), "a\r\nIdempotency-Key: b"])
    func refusesKeys(_ key: String) async throws {
        try await APIServer.run { server in
            for (path, body) in [("/v1/sessions", Bodies.hash), ("/v1/endpoints", "{}"), (none + "/cancel", "{}")] {
                let response = try await server.send(
                    "POST", path, as: server.first, headers: ["Idempotency-Key: \(key)"], json: body)
                #expect(response.status == 400)
                #expect(response.code == "invalid_idempotency_key")
            }
        }
    }

    private static let signed = SignedDocument(
        content: Array("%PDF-1.7\n".utf8) + [UInt8](repeating: 7, count: 3 << 20), name: "sutartis š\" \n.pdf",
        digest: nil, signatureID: "Signature1", sanctionsData: Array(#"[ {"score": 1.50, "name":"\u0041"} ]"#.utf8),
        pepsData: Array("[]".utf8))
}
