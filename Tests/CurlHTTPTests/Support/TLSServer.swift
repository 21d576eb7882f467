import ChildProcesses
import Foundation
import Testing

/// Certificates made for one test run, by the `openssl` command.
final class TestCertificates: Sendable {
    private let folder: TemporaryFolder

    /// Makes an authority, a server certificate for `localhost`, and a client certificate.
    init() throws {
        folder = try TemporaryFolder()
        try make("ca", name: "Test Authority")
        try make("server", name: "localhost", signed: true, extra: ["-addext", "subjectAltName=DNS:localhost"])
        try make("client", name: "client", signed: true)
        try make("other", name: "Another Authority")
    }

    func path(_ name: String) -> String { folder.path(name) }
    func read(_ name: String) throws -> [UInt8] { try folder.read(name) }

    private func make(_ file: String, name: String, signed: Bool = false, extra: [String] = []) throws {
        let issuer = signed ? ["-CA", path("ca.pem"), "-CAkey", path("ca.key")] : []
        let openssl = try ChildProcess(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
                + ["-days", "2", "-subj", "/CN=\(name)", "-keyout", path("\(file).key"), "-out", path("\(file).pem")]
                + issuer + extra)
        try #require(openssl.succeeds())
    }
}

/// `openssl s_server`, which answers every request with a page.
struct TLSServer {
    let port: UInt16
    private let openssl: ChildProcess

    init(_ certificates: TestCertificates, asksForClient: Bool = false) throws {
        let client =
            asksForClient ? ["-Verify", "1", "-verify_return_error", "-CAfile", certificates.path("ca.pem")] : []
        openssl = try ChildProcess(
            ["openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", certificates.path("server.pem")]
                + ["-key", certificates.path("server.key")] + client)
        // It says where it listens: "ACCEPT 127.0.0.1:40000".
        var said = ""
        while true {
            let bytes = openssl.read()
            try #require(!bytes.isEmpty, "openssl ended: \(said)")
            said += String(decoding: bytes, as: UTF8.self)
            if let line = said.split(separator: "\n").first(where: { $0.hasPrefix("ACCEPT ") }), said.hasSuffix("\n") {
                port = try #require(line.split(separator: ":").last.flatMap { UInt16($0) })
                return
            }
        }
    }

    func stop() { openssl.end() }
}
