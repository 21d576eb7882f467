import StrictJSON
import Testing

@testable import MarksignSandbox

@Suite("What is refused")
struct RefusalsTests {
    private static let pdf = File(name: "contract.pdf", content: SampleContract.pdf)

    @Test(
        "a document with a bad parameter",
        arguments: [
            ("type", "docx", "Invalid parameter [type]: Invalid type"),
            ("type", .absent, "Invalid parameter [type]: Invalid type"),
            ("type", "asice", "Invalid parameter [pdf]: This value is not valid."),
            ("country", "lt", "Invalid parameter [country]: Invalid country code"),
            ("country", .absent, "Invalid parameter [country]: Invalid country code"),
            ("country", 1, "Invalid parameter [country]: This value is not valid."),
            ("message", 1, "Invalid parameter [message]: This value is not valid."),
            ("signature_position", "middle", "Invalid parameter [signature_position]: This value is not valid."),
            ("signature_page", "2", "Invalid parameter [signature_page]: This value is not valid."),
            ("certificate_level", "ADVANCED", "Invalid parameter [certificate_level]: This value is not valid."),
            ("peps", "yes", "Invalid parameter [peps]: This value is not valid."),
            ("sanctions", 1, "Invalid parameter [sanctions]: This value is not valid."),
            ("pdf", .absent, "Invalid parameter [pdf]: This value is not valid."),
            ("pdf", .files([]), "Invalid parameter [pdf]: This value is not valid."),
            ("pdf", .files([pdf, pdf]), "Invalid parameter [pdf]: This value is not valid."),
            ("asice", .files([pdf]), "Invalid parameter [asice]: This value is not valid."),
            ("pdf", .files([File(name: "", content: SampleContract.pdf)]), invalid("name")),
            ("pdf", .files([File(name: "a.pdf", content: [])]), invalid("content")),
            ("pdf", .files([File(name: "a.pdf", content: Array("text".utf8))]), invalid("content")),
            ("pdf", .files([File(name: "a.pdf", content: SampleContract.pdf, digest: "00")]), invalid("digest")),
        ] as [(String, Field, String)])
    func badDocument(name: String, value: Field, message: String) throws {
        let answer = try SandboxAPI.make().call(.startDocument, Requests.document([name: value]))
        #expect(answer.errorCode == 40001)
        #expect(answer["message"]?.string == message)
    }

    @Test(
        "a hash with a bad parameter",
        arguments: [
            ("hash", .absent), ("hash", "abc"), ("hash", .string(Requests.hash + "00")),
            ("hash", .string(String(repeating: "g", count: 64))), ("hash_algorithm", "MD5"),
            ("hash_algorithm", "SHA512"), ("hash_algorithm", .absent), ("country", "LV"), ("country", "PL"),
            ("country", .absent), ("message", "Pasirašykite"), ("certificate_level", "NONE"),
        ] as [(String, Field)])
    func badHash(name: String, value: Field) throws {
        let answer = try SandboxAPI.make().call(.startHash, Requests.hash([name: value]))
        #expect(answer.errorCode == 40001)
    }

    @Test("base64 that is not strict")
    func badBase64() throws {
        let body = String(decoding: Requests.document(), as: UTF8.self)
        for wrong in [" JVBERi0", "-JVBERi0", "JVBERi0*"] {
            let changed = Array(body.replacing("JVBERi0", with: wrong).utf8)
            #expect(try SandboxAPI.make().call(.startDocument, changed).errorCode == 40001)
        }
    }

    @Test("a body that is no object", arguments: ["", "[]", "{", #"{"a":1,"a":2}"#, "null"])
    func unreadable(body: String) throws {
        #expect(try SandboxAPI.make().call(.startHash, Array(body.utf8)).errorCode == 40001)
    }

    @Test(
        "an access token that is missing or another",
        arguments: [
            (nil, .absent, 40003), (nil, "", 40003), (nil, 1, 40003), (nil, "any", nil),
            ("right", "right", nil), ("right", "wrong", 40003), ("right", .absent, 40003),
        ] as [(String?, Field, Int64?)])
    func accessToken(expected: String?, sent: Field, code: Int64?) throws {
        let api = SandboxAPI.make(accessToken: expected)
        #expect(try api.call(.startHash, Requests.hash(["access_token": sent])).errorCode == code)
    }

    @Test("the access token is looked at before the rest")
    func accessTokenFirst() throws {
        let body = Requests.hash(["access_token": .absent, "country": "XX", "code": "1"])
        #expect(try SandboxAPI.make().call(.startHash, body).errorCode == 40003)
    }

    @Test("a token that is unknown, removed or of the other kind", arguments: SandboxEvent.Kind.allCases)
    func unknownToken(kind: SandboxEvent.Kind) throws {
        let api = SandboxAPI.make()
        #expect(try api.call(.status(kind, token: "unknown-token")).errorCode == 40402)
        let other = try api.start(kind == .hash ? .document : .hash)
        #expect(try api.call(.status(kind, token: other)).errorCode == 40402)
        let token = try api.start(kind)
        #expect(try String(decoding: api.call(.remove(token: token)).raw, as: UTF8.self) == #"{"status":"ok"}"#)
        #expect(try api.call(.status(kind, token: token)).errorCode == 40402)
        let again = try api.call(.remove(token: token))
        #expect(again["message"]?.string == "Request number is invalid")
        #expect(again["error_code"] == nil)
    }

    @Test(
        "in the language of the path",
        arguments: [
            (Locale.english, "Session for given token was not found"),
            (.lithuanian, "Sesija pagal pateiktą raktą nerasta"),
        ])
    func language(locale: Locale, message: String) throws {
        let answer = try SandboxAPI.make().call(.status(.hash, token: "unknown-token"), in: locale)
        #expect(answer["message"]?.string == message)
        #expect(answer.members?.map(\.key) == ["status", "message", "error_code"])
    }

    @Test("with the HTTP status that the code begins with", arguments: [("XX", 400), ("LT", 404)])
    func httpStatus(country: String, expected: Int) {
        let body = Requests.hash(["country": .string(country), "code": "38001085718"])
        let answer = SandboxAPI.make().answer(.startHash, body, in: .english, at: SandboxAPI.start)
        #expect(answer.httpStatus == expected)
    }

    private static func invalid(_ name: String) -> String {
        "Invalid parameter [\(name)]: This value is not valid."
    }
}
