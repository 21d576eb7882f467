import BridgeCore
import BridgeStore
import StrictJSON
import Testing

@testable import BridgeServer

/// What a client may say of an endpoint: everything else is told where it stands, and changes nothing.
@Suite(.timeLimit(.minutes(5))) struct EndpointFieldTests {
    private static let long = String(repeating: "a", count: 1025)
    private static let many = String(repeating: "{},", count: 20) + "{}"
    private static let bulk = (0..<9).map { #"{"name":"X-\#($0)","value":"\#(long.dropLast())"}"# }
        .joined(separator: ",")

    /// Members, and the pointers of their faults.
    private static let faults: [(String, [String])] = [
        (#""url":7"#, ["/url"]), (#""url":null"#, ["/url"]), (#""url":"http://example.org""#, ["/url"]),
        (#""events":[]"#, ["/events"]), (#""events":null"#, ["/events"]), (#""events":"session.*""#, ["/events"]),
        (#""events":["session.*","session.*"]"#, ["/events"]), (#""events":["endpoint.test"]"#, ["/events"]),
        (#""events":["session.completed",1]"#, ["/events"]),
        (#""description":null"#, ["/description"]), (#""description":"a\u0000b""#, ["/description"]),
        (#""description":"\#(long)""#, ["/description"]),
        (#""ordered":null"#, ["/ordered"]), (#""ordered":"true""#, ["/ordered"]), (#""ordered":1"#, ["/ordered"]),
        (#""timeout":5"#, ["/timeout"]), (#""timeout":"""#, ["/timeout"]), (#""timeout":"5""#, ["/timeout"]),
        (#""timeout":"999ms""#, ["/timeout"]), (#""timeout":"60.001s""#, ["/timeout"]),
        (#""timeout":"2m""#, ["/timeout"]), (#""timeout":"-5s""#, ["/timeout"]), (#""timeout":" 5s""#, ["/timeout"]),
        (#""timeout":"5S""#, ["/timeout"]), (#""timeout":"PT5S""#, ["/timeout"]),
        (#""timeout":"1.0001s""#, ["/timeout"]), (#""timeout":"99999999999999999999s""#, ["/timeout"]),
        (#""timeout":["5s"]"#, ["/timeout"]),
        (#""retry_schedule":"5s""#, ["/retry_schedule"]), (#""retry_schedule":{}"#, ["/retry_schedule"]),
        (#""retry_schedule":["500ms"]"#, ["/retry_schedule/0"]),
        (
            #""retry_schedule":["1s",5,"73h","72h",null]"#,
            ["/retry_schedule/1", "/retry_schedule/2", "/retry_schedule/4"]
        ),
        (#""retry_schedule":[\#(String(repeating: #""1s","#, count: 20))"1s"]"#, ["/retry_schedule"]),
        (#""rate_limit":0"#, ["/rate_limit"]), (#""rate_limit":1001"#, ["/rate_limit"]),
        (#""rate_limit":-1"#, ["/rate_limit"]), (#""rate_limit":1.5"#, ["/rate_limit"]),
        (#""rate_limit":"10""#, ["/rate_limit"]), (#""rate_limit":99999999999999999999"#, ["/rate_limit"]),
        (#""signature":null"#, ["/signature"]), (#""signature":"v2""#, ["/signature"]),
        (#""signature":["v1"]"#, ["/signature"]), (#""signature":"V1A""#, ["/signature"]),
        (#""headers":null"#, ["/headers"]), (#""headers":{}"#, ["/headers"]), (#""headers":[\#(many)]"#, ["/headers"]),
        (#""headers":[7]"#, ["/headers/0"]), (#""headers":[{}]"#, ["/headers/0/name", "/headers/0/value"]),
        (#""headers":[{"name":"X","value":"a","more":1}]"#, ["/headers/0/more"]),
        (#""headers":[{"name":"X","value":"a","secret":"no"}]"#, ["/headers/0/secret"]),
        (#""headers":[{"name":"X","value":"a"},{"name":"x","value":"b"}]"#, ["/headers/1/name"]),
        (#""headers":[\#(bulk)]"#, ["/headers"]),
        (#""tls":7"#, ["/tls"]), (#""tls":{}"#, ["/tls"]), (#""tls":{"cert":"x"}"#, ["/tls", "/tls/cert"]),
        (#""tls":{"ca":null}"#, ["/tls/ca"]), (#""tls":{"ca":""}"#, ["/tls/ca"]), (#""tls":{"ca":"x"}"#, ["/tls/ca"]),
        (#""tls":{"certificate":7}"#, ["/tls/certificate", "/tls/private_key"]),
        (#""tls":{"private_key":"x"}"#, ["/tls/certificate", "/tls/private_key"]),
        (#""secret":"x""#, ["/secret"]), (#""a/b~":1"#, ["/a~1b~0"]),
        (
            #""ordered":1,"timeout":1,"rate_limit":0,"signature":1,"headers":1,"tls":1"#,
            ["/headers", "/ordered", "/rate_limit", "/signature", "/timeout", "/tls"]
        ),
    ]

    @Test(arguments: faults) func refuses(_ members: String, _ pointers: [String]) async throws {
        try await APIServer.run { server in
            let url = members.hasPrefix(#""url""#) ? "" : #""url":"https://a","#
            let created = try await server.send(
                "POST", "/v1/endpoints", as: server.first, json: "{\(url)\(members)}")
            #expect(created.status == 422)
            #expect(created.pointers.sorted() == pointers)
            let page = PageRequest(limit: 1, after: nil)
            #expect(try await server.store.endpoints(client: server.first.id, page: page).elements.isEmpty)

            let id = try await server.registeredEndpoint()
            let before = try await server.store.endpoint(id, client: server.first.id)
            let changed = try await server.send(
                "PATCH", "/v1/endpoints/\(id)", as: server.first, json: #"{"enabled":false,\#(members)}"#)
            #expect(changed.status == 422)
            #expect(changed.pointers.sorted() == pointers)
            #expect(try await server.store.endpoint(id, client: server.first.id) == before)
        }
    }

    @Test(
        arguments: [
            (#"{}"#, ["/url"]), ("[]", [""]), (#"{"url":"https://a","enabled":true}"#, ["/enabled"]),
        ] as [(String, [String])])
    func refusesToRegister(_ body: String, _ pointers: [String]) async throws {
        try await APIServer.run { server in
            let response = try await server.send("POST", "/v1/endpoints", as: server.first, json: body)
            #expect(response.status == 422)
            #expect(response.pointers == pointers)
        }
    }

    @Test func refusesToEnableHalfway() async throws {
        try await APIServer.run { server in
            let path = "/v1/endpoints/\(try await server.registeredEndpoint())"
            let response = try await server.send("PATCH", path, as: server.first, json: #"{"enabled":null}"#)
            #expect(response.pointers == ["/enabled"])
        }
    }

    @Test(arguments: [
        "", " ", "a b", "a:b", "ä", "X\u{0}", "X\r\nY", "X;", "(x)", String(repeating: "x", count: 65),
        "webhook-id", "webhook_id", "X_Forwarded_For", "Webhook-Anything", "HOST", "Content-Type", "content-length",
        "Transfer-Encoding", "connection",
        "Keep-Alive", "Proxy-Authorization", "te", "Trailer", "upgrade", "Expect", "User-Agent", "accept-encoding",
        "Date", "Via", "forwarded", "X-Forwarded-For", "HTTP2-Settings", "Max-Forwards",
    ])
    func refusesHeader(named name: String) throws {
        #expect(
            try Self.pointers(of: #""headers":[{"name":"A","value":"a"},{"name":\#(Self.json(name)),"value":"b"}]"#)
                == ["/headers/1/name"])
    }

    @Test(arguments: ["", " ", " a", "a ", "a\r\nB: c", "a\nb", "a\tb", "a\u{0}", "a\u{7F}", "ą", long])
    func refusesHeader(value: String) throws {
        #expect(
            try Self.pointers(of: #""headers":[{"name":"A","value":\#(Self.json(value))}]"#) == ["/headers/0/value"])
    }

    @Test(arguments: ["null", "7", "[]"]) func refusesHeader(anythingBut value: String) throws {
        #expect(try Self.pointers(of: #""headers":[{"name":"A","value":\#(value)}]"#) == ["/headers/0/value"])
    }

    @Test func tellsNoValue() throws {
        let problem = #expect(throws: Problem.self) {
            try Self.change(
                #""headers":[{"name":"Bad Name","value":"sesame\u0000"}],"tls":{"private_key":"open sesame"},"#
                    + #""timeout":"sesame","signature":"sesame""#)
        }
        let text = String(decoding: try #require(problem).body(requestID: "r"), as: UTF8.self)
        #expect(!text.contains("sesame"))
        #expect(!text.contains("Bad Name"))
    }

    private static func change(_ members: String) throws -> EndpointChange {
        try EndpointChange(
            JSON.parse(Array("{\(members)}".utf8)), isNew: false, at: Timestamp(milliseconds: 0),
            addressFault: { _ in nil })
    }

    private static func pointers(of members: String) throws -> [String] {
        let problem = #expect(throws: Problem.self) { try change(members) }
        return try #require(problem).errors.map(\.pointer)
    }

    private static func json(_ text: String) -> String { "\"\(JSONText.escaped(text))\"" }
}
