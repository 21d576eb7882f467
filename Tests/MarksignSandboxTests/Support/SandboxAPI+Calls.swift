import StrictJSON
import Testing

@testable import MarksignSandbox

extension SandboxAPI {
    static let start = ContinuousClock.now

    /// One that signs after five seconds and gives up after ninety.
    static func make(
        accessToken: String? = nil, onEvent: (@Sendable (SandboxEvent) -> Void)? = nil
    ) -> SandboxAPI {
        SandboxAPI(SandboxConfiguration(accessToken: accessToken), onEvent: onEvent)
    }

    /// The answer's body at `seconds` after the start.
    func call(
        _ call: Call, _ body: [UInt8] = Requests.status, in locale: Locale = .english, at seconds: Int = 0
    ) throws -> JSON {
        try JSON.parse(answer(call, body, in: locale, at: Self.start + .seconds(seconds)).body)
    }

    /// Starts a session and gives its token.
    func start(_ kind: SandboxEvent.Kind, _ changes: [String: Field] = [:], file: [UInt8] = SampleContract.pdf) throws
        -> String
    {
        let answer =
            switch kind {
            case .document: try call(.startDocument, Requests.document(changes, file: file))
            case .hash: try call(.startHash, Requests.hash(changes))
            }
        return try #require(answer["token"]?.string, "\(String(decoding: answer.raw, as: UTF8.self))")
    }

    /// The answer `ok` of a session that signed.
    func signed(_ kind: SandboxEvent.Kind, _ changes: [String: Field] = [:], file: [UInt8] = SampleContract.pdf) throws
        -> JSON
    {
        let token = try start(kind, changes, file: file)
        let answer = try call(.status(kind, token: token), at: 5)
        try #require(answer["status"]?.string == "ok")
        return answer
    }
}

extension JSON {
    var errorCode: Int64? { self["error_code"]?.integer }
}
