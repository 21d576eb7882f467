import BridgeCore
import BridgeRuntime
import BridgeStore
import Crypto
import Foundation
import StandardWebhooks
import StrictJSON
import Testing

@testable import BridgeServer

/// The public keys of endpoints, and what a rotation leaves of them.
@Suite(.timeLimit(.minutes(5))) struct WebhookKeyTests {
    @Test func areOpen() async throws {
        try await APIServer.run(publicURL: "https://bridge.example") { server in
            let id = try await server.registeredEndpoint(#","signature":"v1a""#)
            let shown = try await server.send("GET", "/v1/endpoints/\(id)", as: server.first)
            #expect(shown.json?["keys_url"]?.string == "https://bridge.example/.well-known/webhook-keys/\(id)")
            let keys = try await server.send("GET", "/.well-known/webhook-keys/\(id)")
            #expect(keys.status == 200)
            #expect(keys["content-type"] == "application/jwk-set+json")
            let list = try #require(keys.json?["keys"]?.elements)
            #expect(list.count == 1)
            #expect(list[0].members?.map(\.key) == ["kty", "crv", "alg", "use", "kid", "x", "whpk"])
            #expect(["kty", "crv", "alg", "use"].map { list[0][$0]?.string } == ["OKP", "Ed25519", "EdDSA", "sig"])

            let stored = try #require(try await server.store.keys(of: id))
            let key = try WebhookSigningKey(stored.current.privateKey).publicKey
            let x = try #require(list[0]["x"]?.string)
            #expect(Self.bytes(base64URL: x) == key.bytes)
            #expect(list[0]["whpk"]?.string == key.text)
            let thumbprint = SHA256.hash(data: Data(#"{"crv":"Ed25519","kty":"OKP","x":"\#(x)"}"#.utf8))
            #expect(Self.bytes(base64URL: list[0]["kid"]?.string ?? "") == Array(thumbprint))
        }
    }

    /// The example of RFC 8037, appendix A.
    @Test func thumbprint() throws {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
        let key = try WebhookPublicKey(bytes: try #require(Self.bytes(base64URL: x)))
        var writer = JSONWriter()
        writer.object { JSONWebKey(key).writeMembers(to: &$0) }
        let json = try JSON.parse(writer.bytes)
        #expect(json["x"]?.string == x)
        #expect(json["kid"]?.string == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    @Test func areThereForThoseThatHaveThem() async throws {
        try await APIServer.run { server in
            let plain = try await server.registeredEndpoint()
            let paired = try await server.registeredEndpoint(#","signature":"v1a""#)
            let absent = try await server.send(
                "GET", "/.well-known/webhook-keys/end_7zzzzzzzzzzzzzzzzzzzzzzzzz", headers: ["X-Request-Id: r"])
            #expect(absent.status == 404)
            #expect(absent["content-type"] == "application/problem+json")
            for id in [plain.rawValue, "x", "ses_7zzzzzzzzzzzzzzzzzzzzzzzzz"] {
                let keys = try await server.send(
                    "GET", "/.well-known/webhook-keys/\(id)", headers: ["X-Request-Id: r"])
                #expect(keys.body == absent.body)
            }
            let path = "/.well-known/webhook-keys/\(paired)"
            #expect(try await server.send("GET", path).status == 200)
            _ = try await server.send(
                "PATCH", "/v1/endpoints/\(paired)", as: server.first, json: #"{"signature":"v1"}"#)
            #expect(try await server.send("GET", path).status == 404)
            _ = try await server.send(
                "PATCH", "/v1/endpoints/\(paired)", as: server.first, json: #"{"signature":"v1a"}"#)
            #expect(try await server.send("GET", path).status == 200)
            _ = try await server.send("DELETE", "/v1/endpoints/\(paired)", as: server.first)
            #expect(try await server.send("GET", path).status == 404)
        }
    }

    @Test(arguments: [
        ("", 86_400), ("{}", 86_400), (#"{"overlap":"1h"}"#, 3600), (#"{"overlap":"7d"}"#, 604_800),
        (#"{"overlap":"0s"}"#, 0),
    ])
    func overlapForAsLongAsAsked(_ body: String, _ seconds: Int) async throws {
        try await APIServer.run { server in
            let id = try await server.registeredEndpoint(#","signature":"v1a""#)
            let keys = {
                try await server.send("GET", "/.well-known/webhook-keys/\(id)").json?["keys"]?.elements?
                    .compactMap { $0["x"]?.string } ?? []
            }
            let before = try await keys()
            let rotated = try await server.send(
                "POST", "/v1/endpoints/\(id)/rotate-secret", as: server.first, json: body)
            #expect(rotated.status == 200)
            let during = try await keys()
            #expect(during.count == (seconds == 0 ? 1 : 2))
            #expect(during.first != before.first)
            #expect(during.dropFirst().elementsEqual(seconds == 0 ? [] : before))
            let stored = try #require(try await server.store.keys(of: id))
            #expect(stored.current.secret == rotated.json?["secret"]?.string)
            // A minute is more than the requests take.
            server.clock.advance(by: .seconds(seconds - 60))
            #expect(try await keys().count == (seconds == 0 ? 1 : 2))
            server.clock.advance(by: .seconds(60))
            #expect(try await keys() == [during[0]])
        }
    }

    @Test(arguments: [
        (#"{"overlap":"8d"}"#, "/overlap"), (#"{"overlap":"604801s"}"#, "/overlap"),
        (#"{"overlap":"-1s"}"#, "/overlap"),
        (#"{"overlap":null}"#, "/overlap"), (#"{"overlap":3600}"#, "/overlap"), (#"{"overlap":"1d 2h"}"#, "/overlap"),
        (#"{"until":"1h"}"#, "/until"), ("[]", ""),
    ])
    func refusesOverlap(_ body: String, _ pointer: String) async throws {
        try await APIServer.run { server in
            let id = try await server.registeredEndpoint(#","signature":"v1a""#)
            let before = try await server.store.keys(of: id)
            let refused = try await server.send(
                "POST", "/v1/endpoints/\(id)/rotate-secret", as: server.first, json: body)
            #expect(refused.status == 422)
            #expect(refused.pointers == [pointer])
            #expect(try await server.store.keys(of: id) == before)
        }
    }

    @Test func aRepetitionRotatesOnce() async throws {
        try await APIServer.run { server in
            let id = try await server.registeredEndpoint(#","signature":"v1a""#)
            let rotate = { (body: String) in
                try await server.send(
                    "POST", "/v1/endpoints/\(id)/rotate-secret", as: server.first, headers: ["Idempotency-Key: r"],
                    json: body)
            }
            let first = try await rotate(#"{"overlap":"1h"}"#)
            let again = try await rotate(#"{"overlap":"1h"}"#)
            #expect(again.body == first.body)
            #expect(again["idempotent-replayed"] == "true")
            // Another overlap is another request.
            #expect(try await rotate(#"{"overlap":"0s"}"#).code == "idempotency_key_mismatch")
            #expect(try await server.store.keys(of: id)?.previous.count == 1)
        }
    }

    private static func bytes(base64URL text: String) -> [UInt8]? {
        guard !text.contains("="), !text.contains("+"), !text.contains("/") else { return nil }
        let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/") + padding).map(Array.init)
    }
}
