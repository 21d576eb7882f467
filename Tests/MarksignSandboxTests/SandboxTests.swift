import StrictJSON
import Testing

@testable import MarksignSandbox

@Suite("Over HTTP", .timeLimit(.minutes(5)))
struct SandboxTests {
    @Test("both kinds, from start to removal", arguments: Locale.allCases, SandboxEvent.Kind.allCases)
    func session(locale: Locale, kind: SandboxEvent.Kind) async throws {
        let path = "\(locale.pathPrefix)/smartid/sign\(kind == .hash ? "/hash" : "")"
        let body = kind == .hash ? Requests.hash() : Requests.document()
        try await withSandbox { _, port in
            let started = await RawHTTP.send("POST", "\(path).json", body, port: port)
            #expect(started.status == 200)
            let token = try #require(try JSON.parse(Array(started.body.utf8))["token"]?.string)
            let polled = await RawHTTP.send("POST", "\(path)/status/\(token).json", Requests.status, port: port)
            #expect(try JSON.parse(Array(polled.body.utf8))["status"]?.string == "ok")
            let removed = await RawHTTP.send(
                "DELETE", "\(locale.pathPrefix)/api/smartid/session/\(token)", Requests.status, port: port)
            #expect(removed.status == 400)
            #expect(removed.body.contains(locale == .english ? "Request number is invalid" : "Neteisingas"))
        }
    }

    @Test(
        "every answer carries the mark",
        arguments: [("GET", "/", 200), ("GET", "/nothing", 404), ("POST", "/smartid/sign.json", 400)])
    func mark(method: String, path: String, status: Int) async throws {
        try await withSandbox { _, port in
            let answer = await RawHTTP.send(method, path, port: port)
            #expect(answer.status == status)
            #expect(answer.text.lowercased().contains("\r\nx-marksign-sandbox: 1\r\n"))
        }
    }

    @Test("the page says what this is and lists every code; the key is there")
    func page() async throws {
        try await withSandbox { sandbox, port in
            let page = await RawHTTP.send("GET", "/", port: port).body
            #expect(page.contains("This is a test double, not Marksign."))
            for code in TestSigner.allCases.flatMap(\.personalCodes) { #expect(page.contains("<code>\(code)</code>")) }
            #expect(await RawHTTP.send("GET", "/public-key.pem", port: port).body == sandbox.publicKeyPEM)
        }
    }

    @Test("events reach the observer")
    func events() async throws {
        let log = EventLog()
        try await withSandbox(onEvent: log.append) { _, port in
            _ = await RawHTTP.send("POST", "/smartid/sign/hash.json", Requests.hash(), port: port)
        }
        #expect(log.all.map(\.step) == [.phoneAsked(controlCode: "9654")])
    }

    @Test("latency delays every answer")
    func latency() async throws {
        try await withSandbox(SandboxConfiguration(latency: .milliseconds(150))) { _, port in
            let clock = ContinuousClock()
            let time = await clock.measure {
                _ = await RawHTTP.send("POST", "/smartid/sign/hash.json", Requests.hash(), port: port)
            }
            #expect(time >= .milliseconds(150))
        }
    }

    @Test("a body over the limit is refused")
    func tooLarge() async throws {
        let body = Requests.hash()
        var configuration = SandboxConfiguration()
        #expect(configuration.bodyLimit == 134_217_728)
        configuration.bodyLimit = body.count
        try await withSandbox(configuration) { _, port in
            #expect(await RawHTTP.send("POST", "/smartid/sign/hash.json", body, port: port).status == 200)
            #expect(await RawHTTP.send("POST", "/smartid/sign/hash.json", body + [32], port: port).status == 413)
        }
    }

    @Test("what goes wrong is what the seed says")
    func faults() async throws {
        // A dozen faults of every kind but the slow one, which the plan's own test covers.
        let kinds: Set<Fault> = [.technicalError, .badGatewayPage, .page, .cut, .reset, .empty]
        let seed = try #require((0..<1000).first { Set(Self.faults(seed: $0)) == kinds })
        try await withSandbox(SandboxConfiguration(faultRate: 1, seed: seed)) { _, port in
            for fault in Self.faults(seed: seed) {
                let answer = await RawHTTP.send("POST", "/en/smartid/sign/hash.json", Requests.hash(), port: port)
                Self.check(answer, shows: fault)
            }
        }
    }

    @Test("a slow answer is late, and right")
    func slow() async throws {
        let slow = (0..<1000).lazy.compactMap { (seed: UInt64) -> (seed: UInt64, delay: Duration)? in
            if case .slow(let delay)? = Self.faults(seed: seed).first { (seed, delay) } else { nil }
        }
        let (seed, delay) = try #require(slow.first { $0.delay < .milliseconds(600) })
        try await withSandbox(SandboxConfiguration(faultRate: 1, seed: seed)) { _, port in
            let started = ContinuousClock.now
            let answer = await RawHTTP.send("POST", "/smartid/sign/hash.json", Requests.hash(), port: port)
            #expect(ContinuousClock.now - started >= delay)
            #expect(answer.body.contains(#""control_code":"9654""#))
        }
    }

    private static func faults(seed: UInt64) -> [Fault] {
        var plan = FaultPlan(rate: 1, seed: seed)
        return (0..<12).compactMap { _ in plan.next() }
    }

    private static func check(_ answer: RawHTTP.Answer, shows fault: Fault) {
        switch fault {
        case .technicalError:
            #expect(answer.status == 500)
            #expect(answer.body == #"{"status":"error","message":"Technical error","error_code":50001}"#)
        case .badGatewayPage:
            #expect(answer.status == 502)
            #expect(answer.body.hasPrefix("<html>"))
        case .page:
            #expect(answer.status == 200)
            #expect(answer.body.hasPrefix("<html>"))
        case .cut:
            let length = answer.text.lowercased().firstMatch(of: /content-length: (\d+)/).flatMap { Int($0.1) }
            #expect(answer.body.utf8.count > 0)
            #expect(answer.body.utf8.count < length ?? 0)
        case .reset: #expect(answer == RawHTTP.Answer(text: "", wasReset: true))
        case .empty:
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
        case .slow: Issue.record("not expected here")
        }
    }
}
