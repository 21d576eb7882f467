import BridgeCore
import ChildProcesses
import Crypto
import Foundation
import SwiftASN1
import Testing
import X509

/// Certificates and keys of every kind, made once for a test run by the `openssl` command.
struct TestCertificates: Sendable {
    private let texts: [String: String]

    static let shared = Result { try TestCertificates() }

    private init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "certificates-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func make(_ name: String, _ algorithm: [String], _ more: [String] = []) throws {
            try Self.openssl(
                ["req", "-x509", "-newkey"] + algorithm + ["-nodes", "-days", "2", "-subj", "/CN=\(name)"]
                    + ["-keyout", "\(name).key", "-out", "\(name).pem"] + more, in: folder)
        }
        let curve = { (name: String) in ["ec", "-pkeyopt", "ec_paramgen_curve:\(name)"] }
        try make("p256", curve("prime256v1"))
        try make("other", curve("prime256v1"))
        try make("p384", curve("secp384r1"))
        try make("p521", curve("secp521r1"))
        try make("secp256k1", curve("secp256k1"))
        try make("ed25519", ["ed25519"])
        try make("rsa", ["rsa:2048"])
        try make("rsa1024", ["rsa:1024"])
        try make("issued", curve("prime256v1"), ["-CA", "rsa.pem", "-CAkey", "rsa.key"])
        try make("sha1", curve("prime256v1"), ["-CA", "rsa.pem", "-CAkey", "rsa.key", "-sha1"])
        try Self.openssl(["ec", "-in", "p256.key", "-out", "sec1.key"], in: folder)
        try Self.openssl(["rsa", "-in", "rsa.key", "-traditional", "-out", "pkcs1.key"], in: folder)
        let passphrase = ["-passout", "pass:abcd"]
        try Self.openssl(["pkcs8", "-topk8", "-in", "p256.key", "-out", "encrypted.key"] + passphrase, in: folder)
        try Self.openssl(
            ["rsa", "-in", "rsa.key", "-traditional", "-aes128", "-out", "encrypted1.key"] + passphrase, in: folder)
        var texts: [String: String] = [:]
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            texts[file.lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
        }
        self.texts = texts
    }

    /// The text of a file: `rsa.pem`, `rsa.key`.
    subscript(_ file: String) -> String { texts[file] ?? "" }

    /// A certificate that is valid until then, and its key.
    static func expiring(at time: Timestamp) throws -> (certificate: String, key: String) {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let name = try DistinguishedName { CommonName("expiring") }
        let end = Date(timeIntervalSince1970: Double(time.milliseconds) / 1000)
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
            notValidBefore: end.addingTimeInterval(-86_400), notValidAfter: end, issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256, extensions: Certificate.Extensions(), issuerPrivateKey: key)
        return (try certificate.serializeAsPEM().pemString, try key.serializeAsPEM().pemString)
    }

    /// Whether OpenSSL, which does the deliveries' TLS, reads the text as a private key.
    static func isPrivateKey(_ text: String) throws -> Bool {
        let file = FileManager.default.temporaryDirectory.appending(path: "key-\(UUID().uuidString)")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try run(["pkey", "-in", file.path, "-noout"], in: file.deletingLastPathComponent())
    }

    private static func openssl(_ arguments: [String], in folder: URL) throws {
        try #require(try run(arguments, in: folder), "openssl \(arguments)")
    }

    /// Runs the command to its end; what it says is of no interest.
    private static func run(_ arguments: [String], in folder: URL) throws -> Bool {
        try ChildProcess(["openssl"] + arguments, in: folder.path).succeeds()
    }
}
