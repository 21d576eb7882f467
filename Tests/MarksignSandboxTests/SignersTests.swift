import StrictJSON
import Testing

@testable import MarksignSandbox

@Suite("The personal code decides")
struct SignersTests {
    static let signing = ["30303039914", "40404040009", "50001029996"]
    static let refusing = [
        "30403039917", "30403039928", "30403039939", "30403039946", "30403039950", "30403039972",
    ]

    @Test("signs after the signing time", arguments: signing, SandboxEvent.Kind.allCases)
    func signs(code: String, kind: SandboxEvent.Kind) throws {
        let api = SandboxAPI.make()
        for country in ["LT", "EE"] {
            let token = try api.start(kind, ["code": .string(code), "country": .string(country)])
            let pending = try api.call(.status(kind, token: token), at: 4)
            #expect(String(decoding: pending.raw, as: UTF8.self) == #"{"status":"waiting"}"#)
            #expect(try api.call(.status(kind, token: token), at: 5)["status"]?.string == "ok")
        }
    }

    @Test("the Latvian one signs documents")
    func latvian() throws {
        let answer = try SandboxAPI.make().signed(.document, ["code": "030303-10012", "country": "LV"])
        #expect(answer["file"] != nil)
    }

    @Test("refuses after the signing time", arguments: refusing, SandboxEvent.Kind.allCases)
    func refuses(code: String, kind: SandboxEvent.Kind) throws {
        let api = SandboxAPI.make()
        let token = try api.start(kind, ["code": .string(code)])
        #expect(try api.call(.status(kind, token: token), at: 4)["status"]?.string == "waiting")
        #expect(try api.call(.status(kind, token: token), at: 5).errorCode == 40020)
    }

    @Test("never answers", arguments: SandboxEvent.Kind.allCases)
    func neverAnswers(kind: SandboxEvent.Kind) throws {
        let api = SandboxAPI.make()
        let token = try api.start(kind, ["code": "30403039983"])
        #expect(try api.call(.status(kind, token: token), at: 89)["status"]?.string == "waiting")
        #expect(try api.call(.status(kind, token: token), at: 90).errorCode == 40021)
    }

    @Test(
        "refused at the start",
        arguments: [
            ("49912318881", "LT", 40403), ("38001085718", "LT", 40401), ("38001085718", "EE", 40401),
            ("3800108571", "LT", 40005), ("380010857180", "LT", 40005), ("3800108571x", "LT", 40005),
            ("", "LT", 40005), ("030303-10012", "LT", 40005), ("38001085718", "LV", 40005),
            ("030303-10013", "LV", 40401), ("0303031-0012", "LV", 40005), ("٣٠٣٠٣٠٣٩٩١٤", "LT", 40005),
        ])
    func refusedAtStart(code: String, country: String, expected: Int64) throws {
        let answer = try SandboxAPI.make().call(
            .startDocument, Requests.document(["code": .string(code), "country": .string(country)]))
        #expect(answer.errorCode == expected)
        #expect(answer["status"]?.string == "error")
    }

    @Test("each step is told, once")
    func events() throws {
        let log = EventLog()
        let api = SandboxAPI.make(onEvent: log.append)
        let started = try api.call(.startHash, Requests.hash())
        let token = try #require(started["token"]?.string)
        for seconds in [1, 5, 6] { _ = try api.call(.status(.hash, token: token), at: seconds) }
        let other = try api.start(.document)
        _ = try api.call(.remove(token: other))
        let code = try #require(started["control_code"]?.string)
        #expect(
            log.all.filter { $0.token == token }.map(\.step) == [.phoneAsked(controlCode: code), .waiting, .signed])
        #expect(log.all.last == SandboxEvent(token: other, kind: .document, step: .removed))
    }
}
