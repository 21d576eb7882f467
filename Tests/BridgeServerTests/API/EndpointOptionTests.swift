import BridgeCore
import BridgeStore
import StrictJSON
import Testing

@testable import BridgeServer

/// What an endpoint is given is what it shows, and what `null` takes away is gone.
@Suite(.timeLimit(.minutes(5))) struct EndpointOptionTests {
    @Test(
        arguments: [
            (#""ordered":true"#, "ordered", "true"), (#""ordered":false"#, "ordered", "false"),
            (#""timeout":"1s""#, "timeout", #""1s""#), (#""timeout":"60s""#, "timeout", #""1m""#),
            (#""timeout":"2.5s""#, "timeout", #""2500ms""#), (#""timeout":null"#, "timeout", "null"),
            (#""retry_schedule":[]"#, "retry_schedule", "[]"),
            (#""retry_schedule":["1s","90s","2h","72h"]"#, "retry_schedule", #"["1s","90s","2h","3d"]"#),
            (#""retry_schedule":null"#, "retry_schedule", "null"),
            (#""rate_limit":1"#, "rate_limit", "1"), (#""rate_limit":1000"#, "rate_limit", "1000"),
            (#""rate_limit":null"#, "rate_limit", "null"),
            (#""signature":"v1""#, "signature", #""v1""#), (#""signature":"v1a""#, "signature", #""v1a""#),
            (#""headers":[]"#, "headers", "[]"), (#""tls":null"#, "tls", "null"),
            (#""description":"a\ną\u001f""#, "description", #""a\ną\u001f""#),
            (
                #""headers":[{"name":"X-Team","value":"a b!~"},{"name":"x_1","value":"c","secret":false}]"#, "headers",
                #"[{"name":"X-Team","value":"a b!~","secret":false},{"name":"x_1","value":"c","secret":false}]"#
            ),
        ] as [(String, String, String)])
    func shows(_ members: String, _ name: String, _ value: String) async throws {
        try await APIServer.run { server in
            let created = try await server.registeredEndpoint(",\(members)")
            let changed = try await server.registeredEndpoint()
            _ = try await server.send("PATCH", "/v1/endpoints/\(changed)", as: server.first, json: "{\(members)}")
            for id in [created, changed] {
                let shown = try await server.send("GET", "/v1/endpoints/\(id)", as: server.first)
                #expect(shown.json?[name].map { String(decoding: $0.raw, as: UTF8.self) } == value)
            }
        }
    }

    @Test func takesTheMostThatIsAllowed() async throws {
        try await APIServer.run { server in
            let headers = (0..<20).map { #"{"name":"X-\#($0)","value":"\#(String(repeating: "a", count: 400))"}"# }
            let delays = Array(repeating: #""1s""#, count: 20).joined(separator: ",")
            let id = try await server.registeredEndpoint(
                #","headers":[\#(headers.joined(separator: ","))],"retry_schedule":[\#(delays)]"#)
            let options = try await server.store.endpoint(id, client: server.first.id)?.options
            #expect(options?.headers.count == 20)
            #expect(options?.retrySchedule == Array(repeating: .seconds(1), count: 20))
        }
    }

    @Test func nullTakesAway() async throws {
        let certificates = try TestCertificates.shared.get()
        try await APIServer.run { server in
            let id = try await server.registeredEndpoint(
                #","ordered":true,"timeout":"5s","retry_schedule":["5s"],"rate_limit":7,"#
                    + #""headers":[{"name":"A","value":"a"}],"tls":{"ca":\#(certificates["rsa.pem"].json)}"#)
            let full = try await server.store.endpoint(id, client: server.first.id)?.options
            #expect(full?.timeout == .seconds(5))
            #expect(full?.retrySchedule == [.seconds(5)])
            #expect(full?.rateLimit == 7)
            #expect(full?.tls?.certificateAuthorities == certificates["rsa.pem"])
            // What is not named stays.
            _ = try await server.send("PATCH", "/v1/endpoints/\(id)", as: server.first, json: #"{"description":"d"}"#)
            #expect(try await server.store.endpoint(id, client: server.first.id)?.options == full)
            _ = try await server.send(
                "PATCH", "/v1/endpoints/\(id)", as: server.first,
                json:
                    #"{"timeout":null,"retry_schedule":null,"rate_limit":null,"tls":null,"headers":[],"ordered":false}"#
            )
            #expect(try await server.store.endpoint(id, client: server.first.id)?.options == EndpointOptions())
        }
    }

    @Test func showsNoSecretHeader() async throws {
        try await APIServer.run { server in
            let created = try await server.send(
                "POST", "/v1/endpoints", as: server.first, headers: ["Idempotency-Key: a"],
                json: #"""
                    {"url":"https://a","headers":[{"name":"X-Key","value":"sesame-1","secret":true},
                    {"name":"AUTHORIZATION","value":"Bearer sesame-2","secret":false},{"name":"cookie","value":"sesame-3"}]}
                    """#)
            #expect(created.status == 201)
            let id = try #require(created.json?["id"]?.string)
            #expect(
                created.json?["headers"].map { String(decoding: $0.raw, as: UTF8.self) }
                    == #"[{"name":"X-Key","value":null,"secret":true},{"name":"AUTHORIZATION","value":null,"secret":true},"#
                    + #"{"name":"cookie","value":null,"secret":true}]"#)
            let answers = [
                created, try await server.send("GET", "/v1/endpoints/\(id)", as: server.first),
                try await server.send("GET", "/v1/endpoints", as: server.first),
                try await server.send("PATCH", "/v1/endpoints/\(id)", as: server.first, json: #"{"ordered":true}"#),
                try await server.send("POST", "/v1/endpoints/\(id)/rotate-secret", as: server.first),
            ]
            for answer in answers { #expect(!answer.text.contains("sesame")) }
            let kept = try await server.store.endpoint(try #require(EndpointID(id)), client: server.first.id)
            #expect(kept?.options.headers.map(\.value) == ["sesame-1", "Bearer sesame-2", "sesame-3"])
        }
    }
}
