import BridgeCore
import BridgeRuntime
import Foundation
import Marksign
import StrictJSON
import Testing

@testable import BridgeServer

@Suite struct SessionRequestTests {
    private func faults(_ body: String) throws -> [String] {
        do {
            _ = try SessionRequest(JSON.body(Array(body.utf8)), maximumFileBytes: 1000)
            return []
        } catch {
            #expect(error.status == 422)
            #expect(error.code == "invalid_request")
            return error.errors.map(\.pointer).sorted()
        }
    }

    @Test(arguments: [
        Bodies.document,
        Bodies.document(signer: #"{"country":"LV","personal_code":"030303-10012"}"#),
        Bodies.document(type: "asice", file: #"{"name":"any.bin","content":"AAAA"}"#),
        Bodies.document(more: #","message":"Pasirašykite","certificate_level":"QUALIFIED","checks":{"peps":true}"#),
        Bodies.document(more: #","checks":{},"metadata":{}"#),
        Bodies.hash, Bodies.hash(String(repeating: "0", count: 128), algorithm: "SHA512"),
        Bodies.hash(more: #","message":"Sign it","metadata":{"a":"b"}"#),
        Bodies.watch(), Bodies.watch(String(repeating: "a", count: 128)),
    ])
    func takes(_ body: String) throws {
        #expect(try faults(body) == [])
    }

    @Test(
        arguments: [
            (#"[]"#, [""]),
            (#"5"#, [""]),
            (#"{}"#, ["/kind", "/method"]),
            (#"{"kind":"contract","method":"mobile-id"}"#, ["/kind", "/method"]),
            (#"{"kind":7,"method":null}"#, ["/kind", "/method"]),
            (#"{"kind":"hash","method":"smart-id"}"#, ["/hash", "/hash_algorithm", "/signer"]),
            (#"{"kind":"document","method":"smart-id"}"#, ["/document", "/signer"]),
            (Bodies.document(more: #","Kind":"hash","a/b~c":1"#), ["/Kind", "/a~1b~0c"]),
            (Bodies.document(more: #","hash":"00""#), ["/hash"]),
            (Bodies.document(more: #","token":"aec29dc7-bde3""#), ["/document", "/signer"]),
            (Bodies.hash(more: #","certificate_level":"QSCD""#), ["/certificate_level"]),
            (
                Bodies.document(more: #","certificate_level":"qscd","checks":{"peps":1,"pep":true}"#),
                ["/certificate_level", "/checks/pep", "/checks/peps"]
            ),
            (Bodies.document(signer: "{}"), ["/signer/country", "/signer/personal_code"]),
            (Bodies.document(signer: "null"), ["/signer"]),
            (Bodies.document(signer: #"{"country":"lt","personal_code":"30303039914"}"#), ["/signer/country"]),
            (Bodies.document(signer: #"{"country":"LT","personal_code":"30303039915"}"#), ["/signer/personal_code"]),
            (Bodies.document(signer: #"{"country":"LT","personal_code":30303039914}"#), ["/signer/personal_code"]),
            (Bodies.hash(signer: #"{"country":"LV","personal_code":"030303-10012"}"#), ["/signer/country"]),
            (Bodies.document(more: #","message":"""#), ["/message"]),
            (Bodies.hash(more: #","message":"   ""#), ["/message"]),
            (Bodies.hash(more: #","message":"ą""#), ["/message"]),
            (Bodies.hash("00"), ["/hash"]),
            (Bodies.hash(String(repeating: "g", count: 64)), ["/hash"]),
            (Bodies.hash(algorithm: "SHA1"), ["/hash_algorithm"]),
            (Bodies.watch("short"), ["/token"]),
            (Bodies.watch("../../etc/passwd"), ["/token"]),
            (Bodies.watch("aec29dc7%2fbde3"), ["/token"]),
            (Bodies.watch(String(repeating: "a", count: 129)), ["/token"]),
            (Bodies.document(more: #","metadata":[]"#), ["/metadata"]),
            (Bodies.document(more: #","metadata":null"#), ["/metadata"]),
            (Bodies.document(more: #","metadata":{"a/b":1}"#), ["/metadata/a~1b"]),
            (Bodies.document(more: ",\"metadata\":{\"a/\u{301}~\u{301}\":1}"), ["/metadata/a~1\u{301}~0\u{301}"]),
            (Bodies.document(more: #","metadata":{"":"x"}"#), ["/metadata"]),
            (Bodies.document(more: #","metadata":{"\#(String(repeating: "k", count: 41))":"x"}"#), ["/metadata"]),
            (Bodies.document(more: #","metadata":{"k":"\#(String(repeating: "v", count: 501))"}"#), ["/metadata/k"]),
        ] as [(String, [String])])
    func refuses(_ body: String, _ pointers: [String]) throws {
        #expect(try faults(body) == pointers)
    }

    @Test(
        arguments: [
            (#"{}"#, ["content", "name"]),
            (#""a.pdf""#, [""]),
            (#"{"name":"","content":"\#(Bodies.pdf)"}"#, ["name"]),
            (#"{"name":"..","content":"\#(Bodies.pdf)"}"#, ["name"]),
            (#"{"name":"a/b.pdf","content":"\#(Bodies.pdf)"}"#, ["name"]),
            (#"{"name":"a\\b.pdf","content":"\#(Bodies.pdf)"}"#, ["name"]),
            (#"{"name":"a\u0000.pdf","content":"\#(Bodies.pdf)"}"#, ["name"]),
            (#"{"name":"\#(String(repeating: "n", count: 256))","content":"\#(Bodies.pdf)"}"#, ["name"]),
            (#"{"name":"a.pdf","content":""}"#, ["content"]),
            (#"{"name":"a.pdf","content":"AAAA"}"#, ["content"]),
            (#"{"name":"a.pdf","content":"JVBERi0"}"#, ["content"]),
            (#"{"name":"a.pdf","content":"JVBE\nRi0x"}"#, ["content"]),
            (#"{"name":"a.pdf","content":"JVBERi0_"}"#, ["content"]),
            (#"{"name":"a.pdf","content":["JVBERi0x"]}"#, ["content"]),
            (#"{"name":"a.pdf","content":"JVBERi0x\#(String(repeating: "AAAA", count: 332))"}"#, ["content"]),
            (#"{"name":"a.pdf","content":"\#(Bodies.pdf)","digest":"00"}"#, ["digest"]),
            (
                #"{"name":"a.pdf","content":"\#(Bodies.pdf)","digest":"\#(String(repeating: "0", count: 64))"}"#,
                ["digest"]
            ),
            (#"{"name":"a.pdf","content":"\#(Bodies.pdf)"},{"name":"b.pdf","content":"\#(Bodies.pdf)"}"#, ["files"]),
            (#""#, ["files"]),
        ] as [(String, [String])])
    func refusesFile(_ file: String, _ names: [String]) throws {
        let pointers = names.map { name in
            name == "files" ? "/document/files" : "/document/files/0" + (name.isEmpty ? "" : "/\(name)")
        }
        #expect(try faults(Bodies.document(file: file)) == pointers)
    }

    @Test(arguments: [
        "", " ", "\u{A0}\u{3000}", "a\u{0}", "a\n", "\u{85}a", "\u{200B}", "Pay\u{200D}", "\u{200F}a", "\u{202A}a",
        "a\u{202E}b", "a\u{2060}b", "\u{2066}a\u{2069}", "\u{FEFF}a", "\u{061C}a",
    ])
    func refusesWhatMisleadsASigner(_ text: String) throws {
        let escaped = JSONText.escaped(text)
        #expect(try faults(Bodies.document(more: #","message":"\#(escaped)""#)) == ["/message"])
        let file = #"{"name":"\#(escaped)","content":"\#(Bodies.pdf)"}"#
        #expect(try faults(Bodies.document(file: file)) == ["/document/files/0/name"])
    }

    @Test(arguments: ["a", " a ", "Pasirašykite – sutartį", "עברית", "👩🏽", "署名", "e\u{301}", "\u{FE0F}a", "a\u{2028}b"])
    func takesWhatASignerCanRead(_ text: String) throws {
        for text in [text, JSONText.escaped(text)] {
            let file = #"{"name":"\#(text)","content":"\#(Bodies.pdf)"}"#
            #expect(try faults(Bodies.document(file: file, more: #","message":"\#(text)""#)) == [])
        }
    }

    /// Texts of the greatest length are taken in the longest way to write them.
    @Test(arguments: [("👍", 200, true), ("👍", 201, false), ("a", 200, true), ("a", 201, false), ("a", 500_000, false)])
    func countsEscapedCharacters(_ character: String, _ count: Int, _ isAllowed: Bool) throws {
        let text = String(repeating: JSONText.escaped(character), count: count)
        #expect(try faults(Bodies.document(more: #","message":"\#(text)""#)) == (isAllowed ? [] : ["/message"]))
    }

    @Test func countsMetadata() throws {
        let pairs = { (count: Int, length: Int) in
            (0..<count).map { #""k\#($0)":"\#(String(repeating: "v", count: length))""# }.joined(separator: ",")
        }
        #expect(try faults(Bodies.document(more: #","metadata":{\#(pairs(50, 10))}"#)) == [])
        #expect(try faults(Bodies.document(more: #","metadata":{\#(pairs(51, 10))}"#)) == ["/metadata"])
        #expect(try faults(Bodies.document(more: #","metadata":{\#(pairs(40, 500))}"#)) == ["/metadata"])
    }

    @Test(arguments: DigestAlgorithm.allCases)
    func takesDigest(_ algorithm: DigestAlgorithm) throws {
        let digest = algorithm.hex(of: Array("%PDF-1.7 a small one".utf8)).uppercased()
        let file = #"{"name":"a.pdf","content":"\#(Bodies.pdf)","digest":"\#(digest)"}"#
        #expect(try faults(Bodies.document(file: file)) == [])
    }

    @Test func takesEscapedSlashes() throws {
        // PHP writes them so.
        let content = "JVBERi0x////".replacingOccurrences(of: "/", with: #"\/"#)
        #expect(try faults(Bodies.document(file: #"{"name":"a.pdf","content":"\#(content)"}"#)) == [])
    }

    @Test func keepsWhatWasSent() throws {
        let request = try SessionRequest(JSON.body(Array(Bodies.hash.utf8)), maximumFileBytes: 1000)
        guard case .start(.smartID, let signer, .hash(let start), let metadata) = request else {
            Issue.record("not a hash signing")
            return
        }
        #expect(signer.personalCode.rawValue == "40404040009")
        #expect(signer.country == .estonia)
        #expect(start.hash.hex == Bodies.digits.lowercased())
        #expect(metadata == .none)
    }

    @Test(arguments: [
        "", " ", "{", #"{"a":1,"a":2}"#, #"{"a":01}"#, #"{"a":"\ud800"}"#, "\u{FEFF}{}", "{} x", "{/* */}",
        String(repeating: "[", count: 100_000), #"{"a":1e400}"#,
    ])
    func refusesWhatIsNoJSON(_ text: String) {
        let error = #expect(throws: Problem.self) { try JSON.body(Array(text.utf8)) }
        #expect(error?.status == 400)
        #expect(error?.code == "malformed_json")
        #expect(error?.detail?.contains("at byte") == true)
    }
}
