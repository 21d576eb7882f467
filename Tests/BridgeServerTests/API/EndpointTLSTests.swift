import BridgeCore
import BridgeRuntime
import BridgeStore
import Foundation
import StrictJSON
import Testing

@testable import BridgeServer

/// No certificate and no key that cannot be used reaches the store.
@Suite(.timeLimit(.minutes(5))) struct EndpointTLSTests {
    private let certificates: TestCertificates

    init() throws {
        certificates = try TestCertificates.shared.get()
    }

    @Test(arguments: [
        ("p256.pem", "p256.key"), ("p256.pem", "sec1.key"), ("p384.pem", "p384.key"), ("p521.pem", "p521.key"),
        ("ed25519.pem", "ed25519.key"), ("rsa.pem", "rsa.key"), ("rsa.pem", "pkcs1.key"),
    ])
    func takes(_ certificate: String, _ key: String) throws {
        let tls = try read(["certificate": certificates[certificate], "private_key": certificates[key]])
        #expect(tls.certificateAuthorities == nil)
        #expect(tls.identity?.certificateChain == certificates[certificate])
        #expect(try TestCertificates.isPrivateKey(tls.identity?.privateKey ?? ""))
        // What is kept is the same key again.
        #expect(
            try read(["certificate": certificates[certificate], "private_key": tls.identity?.privateKey ?? ""]) == tls)
    }

    @Test func takesChainsAndAuthorities() throws {
        let chain = certificates["issued.pem"] + certificates["rsa.pem"]
        let authorities = ["rsa.pem", "p256.pem", "ed25519.pem", "p384.pem", "p521.pem"].map { certificates[$0] }
            .joined()
        let tls = try read(["ca": authorities, "certificate": chain, "private_key": certificates["issued.key"]])
        #expect(tls.certificateAuthorities == authorities)
        #expect(tls.identity?.certificateChain == chain)
    }

    @Test func readsPEMAsOthersWriteIt() throws {
        let text = certificates["rsa.pem"]
        let base64 = text.split(separator: "\n").dropFirst().dropLast().joined()
        for variant in [
            text.replacing("\n", with: "\r\n"), "\n\n  " + text.replacing("\n", with: " \n"), String(text.dropLast()),
            "-----BEGIN CERTIFICATE-----\n\(base64)\n-----END CERTIFICATE-----",
        ] {
            #expect(try read(["ca": variant]).certificateAuthorities == text)
        }
    }

    @Test func refusesAuthorities() throws {
        let (good, key) = (certificates["p256.pem"], certificates["p256.key"])
        let bad = [
            " ", "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key, good + key, key + good,
            "subject=CN = a\n" + good, good + "more", good.replacing("END CERTIFICATE", with: "END X509 CRL"),
            good.replacing("CERTIFICATE", with: "TRUSTED CERTIFICATE"), "-----BEGIN A-----\n" + good,
            String(good.dropLast(40)), good.replacing("A", with: "*"), certificates["secp256k1.pem"],
            certificates["rsa1024.pem"], String(repeating: good, count: 21), String(repeating: "\n", count: 65_537),
        ]
        for text in bad { #expect(try faults(["ca": text]) == ["/tls/ca"], "\(text.prefix(200))") }
        #expect(try read(["ca": String(repeating: good, count: 20)]).certificateAuthorities?.isEmpty == false)
    }

    @Test func refusesIdentities() throws {
        let (good, key) = (certificates["p256.pem"], certificates["p256.key"])
        let keyFaults = [
            "", " ", "x", good, key + key, key + good, certificates["other.key"], certificates["rsa.key"],
            certificates["encrypted.key"], certificates["encrypted1.key"],
            key.replacing("PRIVATE KEY", with: "PUBLIC KEY"),
            key.replacing("A", with: "B"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ]
        for text in keyFaults {
            #expect(
                try faults(["certificate": good, "private_key": text]) == ["/tls/private_key"], "\(text.prefix(40))")
        }
        let certificateFaults = [
            "", key, good + key, certificates["sha1.pem"], certificates["secp256k1.pem"],
            String(repeating: good, count: 11),
        ]
        for text in certificateFaults {
            let pointers = try faults(["certificate": text, "private_key": key])
            // Of one that can be read it is also told that the key is another's.
            #expect(pointers.first == "/tls/certificate", "\(text.prefix(40))")
        }
        #expect(
            try faults(["certificate": certificates["rsa1024.pem"], "private_key": certificates["rsa1024.key"]])
                == ["/tls/certificate", "/tls/private_key"])
        #expect(try faults(["certificate": good]) == ["/tls/private_key"])
        #expect(try faults(["private_key": key]) == ["/tls/certificate"])
        #expect(
            try faults(["ca": "x", "certificate": "y", "private_key": "z"])
                == ["/tls/ca", "/tls/certificate", "/tls/private_key"])
    }

    @Test func saysThatAKeyIsEncrypted() throws {
        for name in ["encrypted.key", "encrypted1.key"] {
            let problem = #expect(throws: Problem.self) {
                try read(["certificate": certificates["p256.pem"], "private_key": certificates[name]])
            }
            #expect(problem?.errors.map(\.detail) == ["must not be encrypted"])
        }
    }

    @Test func refusesWhatHasExpired() throws {
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970) * 1000)
        let (certificate, key) = try TestCertificates.expiring(at: now)
        for members in [["ca": certificate], ["certificate": certificate, "private_key": key]] {
            #expect(try read(members, at: now) != EndpointTLS())
            #expect(try faults(members, at: now + .milliseconds(1)).count == 1)
        }
        let chain = certificates["issued.pem"] + certificate
        #expect(
            try faults(["certificate": chain, "private_key": certificates["issued.key"]], at: now + .seconds(1))
                == ["/tls/certificate"])
    }

    @Test func answersARepetitionAfterTheCertificateExpired() async throws {
        try await APIServer.run { server in
            let (certificate, key) = try TestCertificates.expiring(at: server.clock.now + .seconds(3600))
            let body =
                #"{"url":"https://a","tls":{"certificate":\#(certificate.json),"private_key":\#(key.json)}}"#
            let create = {
                try await server.send(
                    "POST", "/v1/endpoints", as: server.first, headers: ["Idempotency-Key: a"], json: body)
            }
            let first = try await create()
            #expect(first.status == 201)
            server.clock.advance(by: .seconds(7200))
            let again = try await create()
            #expect(again.body == first.body)
            #expect(again["idempotent-replayed"] == "true")
        }
    }

    @Test func showsNoPrivateKey() async throws {
        let (certificate, key) = (certificates["p256.pem"], certificates["p256.key"])
        // The largest that there is: three texts, each filled up to its limit.
        let tls = [("ca", certificate), ("certificate", certificate), ("private_key", key)].map { name, text in
            #""\#(name)":\#((text + String(repeating: " ", count: PEMText.maximumBytes - text.utf8.count)).json)"#
        }.joined(separator: ",")
        let limits = APILimits(maximumFileBytes: 4096, maximumRequestBytes: 1 << 20)
        try await APIServer.run(limits: limits) { server in
            let created = try await server.send(
                "POST", "/v1/endpoints", as: server.first, json: #"{"url":"https://a","tls":{\#(tls)}}"#)
            try #require(created.status == 201)
            let id = try #require(created.json?["id"]?.string)
            let path = "/v1/endpoints/\(id)"
            let answers = [
                created, try await server.send("GET", path, as: server.first),
                try await server.send("PATCH", path, as: server.first, json: #"{"ordered":true}"#),
                try await server.send("POST", path + "/rotate-secret", as: server.first),
            ]
            for answer in answers {
                #expect(answer.json?["tls"]?.members?.map(\.key) == ["ca", "certificate"])
                #expect(answer.json?["tls"]?["certificate"]?.string == certificate)
                #expect(!answer.text.contains("PRIVATE"))
                #expect(!answer.text.contains("whsk_"))
            }
            let kept = try await server.store.endpoint(try #require(EndpointID(id)), client: server.first.id)
            #expect(kept?.options.tls?.identity?.privateKey.contains("PRIVATE KEY") == true)
            let half = try await server.send(
                "PATCH", path, as: server.first, json: #"{"tls":{"ca":\#(certificate.json)}}"#)
            #expect(half.json?["tls"]?["certificate"]?.isNull == true)
        }
    }

    @Test func refusesSettingsWithoutTLS() async throws {
        let tls = #""tls":{"ca":\#(certificates["p256.pem"].json)}"#
        try await APIServer.run { server in
            let plain = try await server.send(
                "POST", "/v1/endpoints", as: server.first, json: #"{"url":"http://plain",\#(tls)}"#)
            #expect(plain.pointers == ["/tls"])
            let created = try await server.send(
                "POST", "/v1/endpoints", as: server.first, json: #"{"url":"https://a",\#(tls)}"#)
            let path = "/v1/endpoints/\(try #require(created.json?["id"]?.string))"
            let moved = try await server.send("PATCH", path, as: server.first, json: #"{"url":"http://plain"}"#)
            #expect(moved.pointers == ["/tls"])
            let both = try await server.send(
                "PATCH", path, as: server.first, json: #"{"url":"http://plain","tls":null}"#)
            #expect(both.status == 200)
            #expect(try await server.send("PATCH", path, as: server.first, json: "{\(tls)}").pointers == ["/tls"])
        }
    }

    private func read(
        _ members: [String: String], at time: Timestamp = Timestamp(milliseconds: 0)
    ) throws -> EndpointTLS {
        let tls = members.map { "\"\($0.key)\":\($0.value.json)" }.joined(separator: ",")
        let change = try EndpointChange(
            JSON.parse(Array(#"{"tls":{\#(tls)}}"#.utf8)), isNew: false, at: time, addressFault: { _ in nil })
        return try #require(change.tls ?? nil)
    }

    private func faults(_ members: [String: String], at time: Timestamp = Timestamp(milliseconds: 0)) throws -> [String]
    {
        let problem = #expect(throws: Problem.self) { try read(members, at: time) }
        let errors = problem?.errors ?? []
        for error in errors {
            #expect(members.values.allSatisfy { $0.count < 20 || !error.detail.contains($0.suffix(20)) })
        }
        return Array(Set(errors.map(\.pointer))).sorted()
    }
}
