import Crypto
import FoundationEssentials
import StrictJSON
import Testing

@testable import MarksignSandbox

@Suite("Hash signing")
struct HashSigningTests {
    /// The control code and the first digest are those of Smart-ID for the digest of the hash's text.
    @Test("the control code is that of the digest of the text", arguments: [Requests.hash, Requests.hash.uppercased()])
    func controlCodeOfText(hash: String) throws {
        let answer = try SandboxAPI.make().call(.startHash, Requests.hash(["hash": .string(hash)]))
        #expect(answer["control_code"]?.string == "9654")
        #expect(answer.members?.map(\.key) == ["status", "token", "control_code"])
    }

    @Test("the control code keeps its leading zeros")
    func leadingZeros() {
        #expect(controlCode(of: [58, 0]) == "0065")
    }

    @Test(
        "the signature holds over the text of the hash, not over its bytes",
        arguments: [
            (Requests.hash, "SHA256"), (Requests.hash.uppercased(), "SHA256"),
            (String(repeating: "0a", count: 64), "SHA512"),
        ])
    func signature(hash: String, algorithm: String) throws {
        let api = SandboxAPI.make()
        let answer = try api.signed(.hash, ["hash": .string(hash), "hash_algorithm": .string(algorithm)])
        #expect(answer.members?.map(\.key) == ["status", "signature_value"])

        let value = try #require(answer["signature_value"]?.string)
        let outer = try #require(Data(base64Encoded: value))
        let raw = try #require(Data(base64Encoded: outer), "the value is base64 of base64")
        let signature = try P256.Signing.ECDSASignature(rawRepresentation: raw)
        let key = try P256.Signing.PublicKey(pemRepresentation: api.key.publicKeyPEM)
        #expect(key.isValidSignature(signature, for: Data(hash.lowercased().utf8)))
        let bytes = hash.matches(of: /../).compactMap { UInt8($0.output, radix: 16) }
        #expect(!key.isValidSignature(signature, for: Data(bytes)))
    }

    @Test("a result reads the same again")
    func again() throws {
        let api = SandboxAPI.make()
        let token = try api.start(.hash)
        let first = try api.call(.status(.hash, token: token), at: 5)
        let last = try api.call(.status(.hash, token: token), in: .lithuanian, at: 304)
        #expect(first.raw == last.raw)
        #expect(try api.call(.status(.hash, token: token), at: 305).errorCode == 40402)
    }

    @Test("every sandbox has a key of its own")
    func ownKey() {
        #expect(SandboxAPI.make().key.publicKeyPEM != SandboxAPI.make().key.publicKeyPEM)
    }

    @Test("tokens are new, and shaped like the published ones")
    func tokens() throws {
        let api = SandboxAPI.make()
        let tokens = try (0..<50).map { _ in try api.start(.hash) }
        #expect(Set(tokens).count == tokens.count)
        #expect(tokens.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil })
    }
}
