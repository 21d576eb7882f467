import Crypto
import Marksign
import Testing

@Suite struct SignedDocumentTests {
    private func poll(_ members: String) -> PollReply {
        PollReply(answer(#"{"status":"ok",\#(members)}"#), kind: .document)
    }

    private func document(_ members: String) throws -> SignedDocument {
        guard case .completed(.document(let document)) = poll(members) else {
            throw PollReplyIsNotADocument()
        }
        return document
    }

    struct PollReplyIsNotADocument: Error {}

    // The content "abc".
    static let digests: [(String?, String?, DigestAlgorithm?, Bool)] = [
        ("a9993e364706816aba3e25717850c26c9cd0d89d", "a9993e364706816aba3e25717850c26c9cd0d89d", .sha1, true),
        ("A9993E364706816ABA3E25717850C26C9CD0D89D", "A9993E364706816ABA3E25717850C26C9CD0D89D", .sha1, true),
        ("a9993e364706816aba3e25717850c26c9cd0d89e", "a9993e364706816aba3e25717850c26c9cd0d89e", .sha1, false),
        (sha256, sha256, .sha256, true), (String(sha256.reversed()), String(sha256.reversed()), .sha256, false),
        (sha384, sha384, .sha384, true), (sha512, sha512, .sha512, true),
        (nil, nil, nil, false), ("", nil, nil, false), (String(sha256.dropLast()), nil, nil, false),
        (String(repeating: "z", count: 64), nil, nil, false), (String(repeating: "０", count: 64), nil, nil, false),
    ]
    static let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    static let sha384 =
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
    static let sha512 =
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"

    @Test(arguments: digests)
    func digest(_ sent: String?, _ kept: String?, _ algorithm: DigestAlgorithm?, _ isVerified: Bool) throws {
        let member = sent.map { #","digest":"\#($0)""# } ?? ""
        let document = try document(#""file":{"name":"a.pdf","content":"YWJj"\#(member)}"#)
        #expect(document.content == Array("abc".utf8))
        #expect(document.digest == kept)
        #expect(document.digestAlgorithm == algorithm)
        #expect(document.digestVerified == isVerified)
        #expect(document.sha256 == Self.sha256)
    }

    @Test(
        arguments: [
            (#""file":null"#, .fileMissing), (#""x":1"#, .fileMissing), (#""file":[]"#, .fileMissing),
            (#""file":{}"#, .fileMissing), (#""file":{"content":""}"#, .fileMissing),
            (#""file":{"content":null}"#, .fileMissing), (#""file":{"content":1}"#, .fileMissing),
            (#""file":"YWJj""#, .fileMissing), (#""file":{"content":"YWJ"}"#, .fileUnreadable),
            (#""file":{"content":"YWJj\n"}"#, .fileUnreadable), (#""file":{"content":"YW..Jj"}"#, .fileUnreadable),
            (#""file":{"content":"YWJj=="}"#, .fileUnreadable), (#""file":{"content":"-_-_"}"#, .fileUnreadable),
        ] as [(String, InvalidResult)]) func invalid(_ members: String, _ reason: InvalidResult)
    {
        #expect(poll(members) == .invalidResult(reason))
    }

    @Test(
        arguments: [
            ("%PDF-1.7", nil, "signed.pdf", "application/pdf"), ("%PDF-1.7", "a.asice", "a.asice", "application/pdf"),
            ("PK\u{3}\u{4}x", nil, "signed.asice", "application/vnd.etsi.asic-e+zip"),
            ("PK\u{3}\u{4}x", "b.adoc", "b.adoc", "application/vnd.etsi.asic-e+zip"),
            ("text", "", "signed", "application/octet-stream"),
        ] as [(String, String?, String, String)])
    func nameAndType(_ content: String, _ sent: String?, _ name: String, _ mediaType: String) throws {
        let base64 = testBase64(Array(content.utf8))
        let member = sent.map { #""name":"\#($0)","# } ?? ""
        let document = try document(#""file":{\#(member)"content":"\#(base64)"}"#)
        #expect(document.name == name)
        #expect(document.mediaType == mediaType)
    }

    @Test func whatIsNotSentIsNil() throws {
        let document = try document(#""file":{"content":"YWJj"},"sanctions_data":null,"peps_data":"none","person":{}"#)
        #expect(document.signatureID == nil)
        #expect(document.person == nil)
        #expect(document.sanctionsData == nil)
        #expect(document.pepsData == nil)
    }

    @Test(arguments: ["[]", "{}", #"{ "n" : 1.50e0, "t":"\u00e9\/" }"#, "[1,\n2]"])
    func checksAreKeptAsSent(_ json: String) throws {
        let document = try document(#""file":{"content":"YWJj"},"sanctions_data":\#(json),"peps_data": \#(json) "#)
        #expect(document.sanctionsData == Array(json.utf8))
        #expect(document.pepsData == Array(json.utf8))
    }

    @Test(arguments: [true, false]) func largeContentComesThrough(_ escapesSlashes: Bool) throws {
        let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        var base64 = testBase64(content)
        if escapesSlashes { base64 = base64.replacing("/", with: "\\/") }
        #expect(base64.contains("/"))
        let digest = DigestAlgorithm.sha256.hex(of: content)
        let document = try document(#""file":{"content":"\#(base64)","digest":"\#(digest)"}"#)
        #expect(document.content == content)
        #expect(document.digestVerified)
    }
}
