import Testing

@testable import MarksignSandbox

@Suite("Sessions over time")
struct SigningSessionsTests {
    private static let start = ContinuousClock.now
    private static let task = SigningTask.hash(signatureValue: "value")

    private var sessions = SigningSessions(signingTime: .seconds(5), sessionTimeout: .seconds(90))

    @Test(
        "the signer and the time decide",
        arguments: [
            (TestSigner.signs, 4_999, "waiting"), (.signs, 5_000, "signed"), (.signs, 304_999, "signed"),
            (.signs, 305_000, "gone"), (.refuses, 4_999, "waiting"), (.refuses, 5_000, "refused"),
            (.picksWrongCode, 5_000, "refused"), (.neverAnswers, 89_999, "waiting"), (.neverAnswers, 90_000, "expired"),
            (.neverAnswers, 389_999, "expired"), (.neverAnswers, 390_000, "gone"),
        ])
    func progress(signer: TestSigner, milliseconds: Int, expected: String) throws {
        var sessions = sessions
        try sessions.start(Self.task, for: signer, token: "token", at: Self.start)
        #expect(Self.word(&sessions, at: milliseconds) == expected)
    }

    @Test("a signer who is slower than the session is too late")
    func tooSlow() throws {
        var sessions = SigningSessions(signingTime: .seconds(90), sessionTimeout: .seconds(90))
        try sessions.start(Self.task, for: .signs, token: "token", at: Self.start)
        #expect(Self.word(&sessions, at: 90_000) == "expired")
    }

    @Test("an account that is not qualified starts nothing")
    func notQualified() {
        var sessions = sessions
        #expect(throws: Refusal.accountNotQualified) {
            try sessions.start(Self.task, for: .notQualified, token: "token", at: Self.start)
        }
        #expect(sessions.count == 0)
    }

    @Test("the first poll that learns the end reports it, and no other")
    func news() throws {
        var sessions = sessions
        try sessions.start(Self.task, for: .signs, token: "token", at: Self.start)
        #expect(try sessions.poll("token", .hash, at: Self.start).step == .waiting)
        #expect(try sessions.poll("token", .hash, at: Self.start + .seconds(5)).step == .signed)
        #expect(try sessions.poll("token", .hash, at: Self.start + .seconds(6)).step == nil)
    }

    @Test("what is removed while pending is gone; an end stays readable")
    func removal() throws {
        var sessions = sessions
        try sessions.start(Self.task, for: .signs, token: "token", at: Self.start)
        try sessions.start(Self.task, for: .signs, token: "other", at: Self.start)
        #expect(try sessions.remove("token", at: Self.start) == .hash)
        #expect(throws: Refusal.sessionNotFound) { try sessions.poll("token", .hash, at: Self.start) }
        #expect(throws: Refusal.invalidRequestNumber) { try sessions.remove("token", at: Self.start) }
        let later = Self.start + .seconds(5)
        #expect(throws: Refusal.invalidRequestNumber) { try sessions.remove("other", at: later) }
        #expect(try sessions.poll("other", .hash, at: later).step == .signed)
    }

    @Test("the oldest give way when there are too many")
    func countLimit() throws {
        var sessions = SigningSessions(
            signingTime: .seconds(5), sessionTimeout: .seconds(90), limits: .init(sessions: 3))
        for number in 0..<1_000 {
            try sessions.start(Self.task, for: .signs, token: "\(number)", at: Self.start)
        }
        #expect(sessions.count == 3)
        for number in 997..<1_000 { _ = try sessions.poll("\(number)", .hash, at: Self.start) }
    }

    @Test("the oldest give way when their files are too large, but never the newest")
    func byteLimit() throws {
        var sessions = SigningSessions(
            signingTime: .seconds(5), sessionTimeout: .seconds(90), limits: .init(bytes: 100))
        for (token, size) in [("a", 60), ("b", 40), ("c", 1)] {
            try sessions.start(Self.document(size), for: .signs, token: token, at: Self.start)
        }
        #expect(throws: Refusal.sessionNotFound) { try sessions.poll("a", .document, at: Self.start) }
        _ = try sessions.poll("b", .document, at: Self.start)
        try sessions.start(Self.document(101), for: .signs, token: "d", at: Self.start)
        #expect(sessions.count == 1)
        _ = try sessions.poll("d", .document, at: Self.start)
    }

    @Test("what is over is forgotten when something new comes")
    func forgetting() throws {
        var sessions = sessions
        for number in 0..<100 {
            try sessions.start(Self.task, for: .signs, token: "\(number)", at: Self.start)
        }
        _ = try sessions.remove("50", at: Self.start)
        try sessions.start(Self.task, for: .signs, token: "last", at: Self.start + .seconds(305))
        #expect(sessions.count == 1)
    }

    private static func document(_ size: Int) -> SigningTask {
        .document(DocumentRequest(type: .pdf, files: [("file.pdf", [UInt8](repeating: 0, count: size))]))
    }

    private static func word(_ sessions: inout SigningSessions, at milliseconds: Int) -> String {
        switch try? sessions.poll("token", .hash, at: start + .milliseconds(milliseconds)).progress {
        case .waiting: "waiting"
        case .signed: "signed"
        case .refused: "refused"
        case .expired: "expired"
        case nil: "gone"
        }
    }
}
