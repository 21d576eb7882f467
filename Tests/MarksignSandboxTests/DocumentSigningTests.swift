import Crypto
import FoundationEssentials
import StrictJSON
import Testing

@testable import MarksignSandbox

@Suite("Document signing")
struct DocumentSigningTests {
    @Test("the answer has the published shape")
    func shape() throws {
        let answer = try SandboxAPI.make().signed(.document)
        let members = try #require(answer.members)
        #expect(members.map(\.key) == ["status", "signature_id", "file", "person", "sanctions_data", "peps_data"])
        #expect(answer["file"]?.members?.map(\.key) == ["name", "content", "digest"])
        #expect(answer["person"]?["name"]?.string == "NAME")
        #expect(answer["person"]?["surname"]?.string == "SURNAME")
        let signatureID = try #require(answer["signature_id"]?.string)
        #expect(Data(base64Encoded: signatureID)?.isEmpty == false)
    }

    @Test("slashes are escaped, as PHP does it")
    func slashes() throws {
        let answer = try SandboxAPI.make().signed(.document, ["code": .string(TestSigner.listed), "sanctions": true])
        let text = String(decoding: answer.raw, as: UTF8.self)
        #expect(text.contains(#"\/"#))
        #expect(!text.replacing(#"\/"#, with: "").contains("/"))
    }

    @Test("the file is changed, its digest is right, its name is that of the token", arguments: DocumentType.allCases)
    func file(type: DocumentType) throws {
        let api = SandboxAPI.make()
        var changes: [String: Field] = ["pdf": .absent, "type": .string(type.rawValue)]
        changes[type.rawValue] = .files([File(name: "contract.pdf", content: SampleContract.pdf)])
        let token = try api.start(.document, changes)
        let answer = try #require(try api.call(.status(.document, token: token), at: 5)["file"])
        let content = try Self.content(answer)
        #expect(content != SampleContract.pdf)
        #expect(answer["digest"]?.string == hexadecimal(SHA256.hash(data: content)))
        #expect(answer["name"]?.string == "\(token)_signed.\(type.rawValue)")
    }

    @Test("a PDF is updated behind what was sent")
    func update() throws {
        let answer = try SandboxAPI.make().signed(.document)
        let content = try Self.content(#require(answer["file"]))
        #expect(content.starts(with: SampleContract.pdf))
        #expect(
            String(decoding: content, as: UTF8.self).contains("(Signed by NAME SURNAME in the Marksign sandbox) Tj"))
    }

    @Test("a result reads the same again")
    func again() throws {
        let api = SandboxAPI.make()
        let token = try api.start(.document)
        let first = try api.call(.status(.document, token: token), at: 5)
        #expect(try api.call(.status(.document, token: token), at: 304).raw == first.raw)
    }

    @Test(
        "the lists know one signer, when they are asked",
        arguments: [
            (TestSigner.listed, true, true, 1, 1), (TestSigner.listed, true, false, 1, 0),
            (TestSigner.listed, false, true, 0, 1), (TestSigner.listed, false, false, 0, 0),
            (Requests.signer, true, true, 0, 0),
        ])
    func lists(code: String, sanctions: Bool, peps: Bool, sanctionsCount: Int, pepsCount: Int) throws {
        let answer = try SandboxAPI.make().signed(
            .document, ["code": .string(code), "sanctions": .boolean(sanctions), "peps": .boolean(peps)])
        #expect(answer["sanctions_data"]?.elements?.count == sanctionsCount)
        #expect(answer["peps_data"]?.elements?.count == pepsCount)
    }

    @Test("a digest is accepted in any of four lengths", arguments: 0..<4)
    func sentDigest(index: Int) throws {
        let pdf = SampleContract.pdf
        let digests = [
            hexadecimal(Insecure.SHA1.hash(data: pdf)), hexadecimal(SHA256.hash(data: pdf)).uppercased(),
            hexadecimal(SHA384.hash(data: pdf)), hexadecimal(SHA512.hash(data: pdf)),
        ]
        let file = File(name: "contract.pdf", content: pdf, digest: digests[index])
        _ = try SandboxAPI.make().start(.document, ["pdf": .files([file])])
    }

    @Test("a name has at most 1024 bytes", arguments: [(1024, true), (1025, false)])
    func nameLength(length: Int, isAccepted: Bool) throws {
        let file = File(name: String(repeating: "a", count: length), content: SampleContract.pdf)
        let answer = try SandboxAPI.make().call(.startDocument, Requests.document(["pdf": .files([file])]))
        #expect((answer["status"]?.string == "ok") == isAccepted)
    }

    @Test("the control code is that of the file's digest")
    func controlCodeOfFile() throws {
        let answer = try SandboxAPI.make().call(.startDocument, Requests.document())
        #expect(answer["control_code"]?.string == controlCode(of: SHA256.hash(data: SampleContract.pdf)))
    }

    private static func content(_ file: JSON) throws -> [UInt8] {
        let content = try #require(file["content"]?.string)
        return Array(try #require(Data(base64Encoded: content)))
    }
}
