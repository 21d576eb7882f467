import Testing

@testable import CurlHTTP

@Suite("Addresses")
struct AddressTests {
    @Test(
        "every spelling of loopback is refused before anything is sent",
        arguments: [
            "127.0.0.1", "localhost", "LOCALHOST", "name.test.", "2130706433", "0x7f.1", "127.1", "0177.0.0.1",
            "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "%31%32%37.0.0.1",
        ])
    func spellings(_ host: String) async throws {
        try await withServer(answersOK, lookup: Self.lookup) { server, client in
            let request = HTTPClientRequest(
                url: "http://\(host):\(server.port)/",
                addressFilter: { $0.bytes.first != 127 && $0.bytes != Array(repeating: 0, count: 15) + [1] })
            let error = try await failure(of: request, by: client)
            #expect(error.kind == .blockedAddress, "\(error)")
            #expect(!error.requestSent)
            #expect(server.connectionCount == 0)
        }
    }

    private static let lookup: Resolver.Lookup = { host, port in
        host == "name.test." ? .success([.loopback(1, port)]) : SystemLookup.addresses(of: host, port: port)
    }

    @Test("names reach the server in every spelling", arguments: ["localhost", "LOCALHOST", "name.test.", "127.1"])
    func allowed(_ host: String) async throws {
        try await withServer(answersOK, lookup: Self.lookup) { server, client in
            let request = HTTPClientRequest(
                url: "http://\(host):\(server.port)/", addressFilter: { [port = server.port] in $0.port == port })
            try await #expect(client.execute(request).text == "ok")
        }
    }

    @Test("the concrete address is checked again when the socket is opened")
    func atOpening() async throws {
        try await withServer(answersOK) { server, client in
            let asked = Counter()
            let request = HTTPClientRequest(url: server.url, addressFilter: { _ in asked.increment() == 1 })
            let error = try await failure(of: request, by: client)
            #expect(error.kind == .blockedAddress)
            #expect(!error.requestSent)
            #expect(asked.value >= 2)
            #expect(server.connectionCount == 0)
        }
    }

    @Test("a reused connection is checked before the request is sent on it")
    func onReuse() async throws {
        try await withServer(answersOK) { server, client in
            _ = try await client.execute(HTTPClientRequest(url: server.url))
            let asked = Counter()
            let request = HTTPClientRequest(url: server.url, addressFilter: { _ in asked.increment() == 1 })
            let error = try await failure(of: request, by: client)
            #expect(error.kind == .blockedAddress)
            #expect(!error.requestSent)
            #expect(server.requestCount == 1)
        }
    }

    @Test("a refused connection of the pool gives way to an allowed address")
    func refusedReuse() async throws {
        let lookups = Counter()
        let lookup: Resolver.Lookup = { _, port in .success([.loopback(UInt8(lookups.increment()), port)]) }
        let configuration = HTTPClientConfiguration(resolverCacheLifetime: .zero)
        try await withServer(answersOK, configuration, lookup: lookup) { server, client in
            let url = "http://moves.test:\(server.port)/"
            let first = try await client.execute(HTTPClientRequest(url: url))
            #expect(first.remoteAddress == "127.0.0.1:\(server.port)")
            let request = HTTPClientRequest(url: url, addressFilter: { $0.host != "127.0.0.1" })
            let second = try await client.execute(request)
            #expect(second.remoteAddress == "127.0.0.2:\(server.port)")
            #expect(server.connections.map(\.requestCount) == [1, 1])
        }
    }

    @Test("refused candidates are skipped")
    func candidates() async throws {
        let lookup: Resolver.Lookup = { _, port in .success([.loopback(2, port), .loopback(1, port)]) }
        try await withServer(answersOK, lookup: lookup) { server, client in
            let url = "http://two.test:\(server.port)/"
            let request = HTTPClientRequest(url: url, addressFilter: { $0.host != "127.0.0.2" })
            try await #expect(client.execute(request).remoteAddress == "127.0.0.1:\(server.port)")
            let none = HTTPClientRequest(url: url, addressFilter: { _ in false })
            try await #expect(failure(of: none, by: client).kind == .blockedAddress)
        }
    }

    @Test("an address that does not answer gives way to the next one")
    func fallback() async throws {
        let lookup: Resolver.Lookup = { _, port in
            .success([RemoteAddress("::1", port: port)!, .loopback(1, port)])
        }
        try await withServer(answersOK, lookup: lookup) { server, client in
            let request = HTTPClientRequest(url: "http://both.test:\(server.port)/")
            try await #expect(client.execute(request).remoteAddress == "127.0.0.1:\(server.port)")
        }
    }

    @Test("two requests with rules of their own share a name but not its addresses")
    func ownRules() async throws {
        let lookup: Resolver.Lookup = { _, port in .success([.loopback(1, port), .loopback(2, port)]) }
        try await withServer(answersOK, lookup: lookup) { server, client in
            let url = "http://two.test:\(server.port)/"
            for (host, refused) in [("127.0.0.1", "127.0.0.2"), ("127.0.0.2", "127.0.0.1"), ("127.0.0.1", "127.0.0.2")]
            {
                let request = HTTPClientRequest(url: url, freshConnection: true, addressFilter: { $0.host != refused })
                try await #expect(client.execute(request).remoteAddress == "\(host):\(server.port)")
            }
        }
    }

    @Test(
        "text to address and back",
        arguments: [
            ("192.0.2.1", "192.0.2.1:80"), ("2001:DB8::1", "[2001:db8::1]:80"), ("::1", "[::1]:80"),
            ("::ffff:10.0.0.1", "10.0.0.1:80"), ("localhost", nil), ("1.2.3", nil), ("[::1]", nil), ("", nil),
        ])
    func text(_ text: String, _ description: String?) {
        #expect(RemoteAddress(text, port: 80)?.description == description)
    }

    @Test("only 4 or 16 bytes are an address", arguments: [0, 3, 5, 15, 17])
    func bytes(_ count: Int) {
        #expect(RemoteAddress(bytes: Array(repeating: 1, count: count), port: 1) == nil)
    }
}
