import Testing

@testable import CurlHTTP

@Suite("Names that change their mind")
struct RebindingTests {
    /// Closed as an SSRF rule would have it; the test server's port stands for a public host.
    private static func isPublic(_ address: RemoteAddress) -> Bool {
        address.host == "127.0.0.1" || address.host.hasPrefix("93.")
    }

    private static let closed = [
        "169.254.169.254", "127.0.0.2", "10.0.0.1", "::1", "fd00:ec2::254", "::ffff:127.0.0.2",
    ]

    @Test("a name that was public and then is not: nothing is sent", arguments: closed, [true, false])
    func rebinds(_ closed: String, _ isFresh: Bool) async throws {
        let lookups = Counter()
        let lookup: Resolver.Lookup = { _, port in
            .success([lookups.increment() == 1 ? .loopback(1, port) : RemoteAddress(closed, port: port)!])
        }
        // Every request looks the name up anew.
        let configuration = HTTPClientConfiguration(resolverCacheLifetime: .zero)
        try await withServer(answersOK, configuration, lookup: lookup) { server, client in
            let request = HTTPClientRequest(
                url: "http://rebinds.test:\(server.port)/", freshConnection: isFresh, addressFilter: Self.isPublic)
            try await #expect(client.execute(request).text == "ok")
            let error = try await failure(of: request, by: client)
            #expect(error.kind == .blockedAddress)
            #expect(!error.requestSent)
            #expect(server.requestCount == 1)
            #expect(server.connectionCount == 1)
        }
    }

    @Test("an answer that is kept is judged again", arguments: closed)
    func judgedAgain(_ closed: String) async throws {
        let lookup: Resolver.Lookup = { _, port in .success([RemoteAddress(closed, port: port)!]) }
        try await withServer(answersOK, lookup: lookup) { server, client in
            let url = "http://rebinds.test:\(server.port)/"
            for _ in 0..<2 {
                let request = HTTPClientRequest(url: url, addressFilter: Self.isPublic)
                try await #expect(failure(of: request, by: client).kind == .blockedAddress)
            }
            #expect(server.connectionCount == 0)
        }
    }

    @Test("of a name's addresses those that are closed are skipped, whatever their place", arguments: closed, [0, 1])
    func mixed(_ closed: String, _ place: Int) async throws {
        let asked = Counter()
        let lookup: Resolver.Lookup = { _, port in
            var addresses: [RemoteAddress] = [.loopback(1, port)]
            addresses.insert(RemoteAddress(closed, port: port)!, at: place)
            return .success(addresses)
        }
        try await withServer(answersOK, lookup: lookup) { server, client in
            let request = HTTPClientRequest(
                url: "http://mixed.test:\(server.port)/",
                addressFilter: { address in
                    asked.increment()
                    return Self.isPublic(address)
                })
            try await #expect(client.execute(request).remoteAddress == "127.0.0.1:\(server.port)")
            #expect(server.connections.count == 1)
            // Both candidates, then the socket, then the request.
            #expect(asked.value >= 4)
        }
    }

    @Test("an open address that does not answer does not lead to a closed one")
    func noFallback() async throws {
        let unused = try UnusedPort()
        let lookup: Resolver.Lookup = { _, port in .success([.loopback(1, port), .loopback(2, port)]) }
        try await withClient(lookup: lookup) { client in
            let asked = Counter()
            let request = HTTPClientRequest(
                url: "http://mixed.test:\(unused.number)/",
                addressFilter: { address in
                    if address.host == "127.0.0.2" { asked.increment() }
                    return Self.isPublic(address)
                })
            let error = try await failure(of: request, by: client)
            #expect(error.kind == .connect)
            // As a candidate only: no socket was ever opened for it.
            #expect(asked.value == 1)
        }
    }
}
