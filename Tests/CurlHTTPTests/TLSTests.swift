import Testing

@testable import CurlHTTP

@Suite("TLS")
struct TLSTests {
    private let certificates: TestCertificates

    init() throws {
        certificates = try TestCertificates()
    }

    private func withTLSServer(
        asksForClient: Bool = false, _ configuration: HTTPClientConfiguration = HTTPClientConfiguration(),
        lookup: @escaping Resolver.Lookup = SystemLookup.addresses,
        _ body: (TLSServer, HTTPClient) async throws -> Void
    ) async throws {
        let server = try TLSServer(certificates, asksForClient: asksForClient)
        defer { server.stop() }
        try await withClient(configuration, lookup: lookup) { try await body(server, $0) }
    }

    @Test("the right authority, of the request or of the client")
    func trusted() async throws {
        try await withTLSServer { server, client in
            let tls = TLSOptions(certificateAuthorities: try certificates.read("ca.pem"))
            let request = HTTPClientRequest(url: "https://localhost:\(server.port)/", tls: tls)
            let response = try await client.execute(request)
            #expect(response.status == 200)
            #expect(response.remoteAddress == "127.0.0.1:\(server.port)")

            // Trust is the request's own: the next one on the same handle has none.
            let plain = HTTPClientRequest(url: "https://localhost:\(server.port)/")
            try await #expect(failure(of: plain, by: client).kind == .tls)
        }
        try await withTLSServer(HTTPClientConfiguration(caFile: certificates.path("ca.pem"))) { server, client in
            let request = HTTPClientRequest(url: "https://localhost:\(server.port)/")
            try await #expect(client.execute(request).status == 200)
            let other = TLSOptions(certificateAuthorities: try certificates.read("other.pem"))
            let distrusting = HTTPClientRequest(url: "https://localhost:\(server.port)/", tls: other)
            try await #expect(failure(of: distrusting, by: client).kind == .tls)
        }
    }

    @Test("an unknown authority")
    func unknownAuthority() async throws {
        try await withTLSServer { server, client in
            let request = HTTPClientRequest(url: "https://localhost:\(server.port)/")
            let error = try await failure(of: request, by: client)
            #expect(error.kind == .tls)
            #expect(!error.requestSent)
        }
    }

    @Test("a certificate for another name")
    func wrongName() async throws {
        let lookup: Resolver.Lookup = { _, port in .success([.loopback(1, port)]) }
        try await withTLSServer(lookup: lookup) { server, client in
            let tls = TLSOptions(certificateAuthorities: try certificates.read("ca.pem"))
            for host in ["other.test", "127.0.0.1"] {
                let error = try await failure(
                    of: HTTPClientRequest(url: "https://\(host):\(server.port)/", tls: tls), by: client)
                #expect(error.kind == .tls)
                #expect(!error.requestSent)
            }
        }
    }

    @Test("a client certificate, when the server asks for one")
    func clientCertificate() async throws {
        try await withTLSServer(asksForClient: true) { server, client in
            var tls = TLSOptions(certificateAuthorities: try certificates.read("ca.pem"))
            let url = "https://localhost:\(server.port)/"
            await #expect(throws: HTTPClientError.self) {
                try await client.execute(HTTPClientRequest(url: url, tls: tls))
            }
            tls.identity = TLSOptions.Identity(
                certificateChain: try certificates.read("client.pem"), privateKey: try certificates.read("client.key"))
            try await #expect(client.execute(HTTPClientRequest(url: url, tls: tls)).status == 200)
        }
    }

    @Test("authorities and keys that cannot be read", arguments: [true, false])
    func unreadable(_ isAuthority: Bool) async throws {
        try await withTLSServer { server, client in
            let nonsense = Array("nonsense".utf8)
            let identity = TLSOptions.Identity(certificateChain: nonsense, privateKey: nonsense)
            let tls = isAuthority ? TLSOptions(certificateAuthorities: nonsense) : TLSOptions(identity: identity)
            let error = try await failure(
                of: HTTPClientRequest(url: "https://localhost:\(server.port)/", tls: tls), by: client)
            #expect(error.kind == .tls)
        }
    }

    @Test("a server that does not speak TLS")
    func plainServer() async throws {
        let serve: RawServer.Serve = { connection in
            connection.write("HTTP/1.1 400 Bad Request\r\n\r\n")
        }
        try await withServer(serve) { server, client in
            let request = HTTPClientRequest(url: "https://127.0.0.1:\(server.port)/")
            let error = try await failure(of: request, by: client)
            #expect(error.kind == .tls)
            #expect(!error.requestSent)
        }
    }
}
