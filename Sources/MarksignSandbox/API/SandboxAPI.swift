import Crypto
import FoundationEssentials
import Synchronization

/// Answers the upstream's requests; knows nothing of HTTP, of the time, or of faults.
final class SandboxAPI: Sendable {
    let key = SigningKey()
    private let accessToken: String?
    private let onEvent: (@Sendable (SandboxEvent) -> Void)?
    private let sessions: Mutex<SigningSessions>

    init(_ configuration: SandboxConfiguration, onEvent: (@Sendable (SandboxEvent) -> Void)?) {
        accessToken = configuration.accessToken
        self.onEvent = onEvent
        sessions = Mutex(
            SigningSessions(signingTime: configuration.signingTime, sessionTimeout: configuration.sessionTimeout))
    }

    func answer(
        _ call: Call, _ body: [UInt8], in locale: Locale, at now: ContinuousClock.Instant
    ) -> Answer {
        do throws(Refusal) {
            let parameters = try Parameters(body)
            try parameters.authorize(accessToken)
            switch call {
            case .startDocument:
                let start = try DocumentStart(parameters)
                return try self.start(.document(start.request), for: start.account, digest: start.digest, at: now)
            case .startHash:
                let start = try HashStart(parameters)
                guard let value = try? key.signatureValue(forHash: start.hash) else { throw Refusal.technicalError }
                return try self.start(
                    .hash(signatureValue: value), for: start.account, digest: start.digest, at: now)
            case .status(let kind, let token):
                return try status(token, kind, at: now)
            case .remove(let token):
                return try remove(token, at: now)
            }
        } catch {
            return Answer(error, in: locale)
        }
    }

    private func start(
        _ task: SigningTask, for account: TestSigner, digest: [UInt8], at now: ContinuousClock.Instant
    ) throws(Refusal) -> Answer {
        let token = Self.newToken()
        try sessions.withLock { sessions throws(Refusal) in
            try sessions.start(task, for: account, token: token, at: now)
        }
        let controlCode = controlCode(of: digest)
        onEvent?(SandboxEvent(token: token, kind: task.kind, step: .phoneAsked(controlCode: controlCode)))
        return Answer(("status", "ok"), ("token", .string(token)), ("control_code", .string(controlCode)))
    }

    private func status(
        _ token: String, _ kind: SandboxEvent.Kind, at now: ContinuousClock.Instant
    ) throws(Refusal) -> Answer {
        let (progress, step) = try sessions.withLock { sessions throws(Refusal) in
            try sessions.poll(token, kind, at: now)
        }
        if let step { onEvent?(SandboxEvent(token: token, kind: kind, step: step)) }
        switch progress {
        case .waiting: return Answer(("status", "waiting"))
        case .signed(.document(let request)): return Self.signed(request, token)
        case .signed(.hash(let value)): return Answer(("status", "ok"), ("signature_value", .string(value)))
        case .refused: throw .refusedByUser
        case .expired: throw .expired
        }
    }

    private func remove(_ token: String, at now: ContinuousClock.Instant) throws(Refusal) -> Answer {
        let kind = try sessions.withLock { sessions throws(Refusal) in try sessions.remove(token, at: now) }
        onEvent?(SandboxEvent(token: token, kind: kind, step: .removed))
        return Answer(("status", "ok"))
    }

    private static func signed(_ request: DocumentRequest, _ token: String) -> Answer {
        let content = Data(request.signed(token: token))
        let digest = hexadecimal(SHA256.hash(data: content))
        let signatureID = Data(SHA512.hash(data: Data((token + digest).utf8))).base64EncodedString()
        return Answer(
            ("status", "ok"),
            ("signature_id", .string(signatureID)),
            (
                "file",
                .object([
                    ("name", .string("\(token)_signed.\(request.type.rawValue)")),
                    ("content", .base64(Array(content.base64EncodedData()))),
                    ("digest", .string(digest)),
                ])
            ),
            ("person", .object([("name", "NAME"), ("surname", "SURNAME")])),
            ("sanctions_data", .array(request.isOnSanctionsList ? [ListEntries.sanctions] : [])),
            ("peps_data", .array(request.isOnPEPsList ? [ListEntries.peps] : [])))
    }

    /// Shaped like a UUID, but without a version and a variant, like the published ones.
    private static func newToken() -> String {
        let digits = hexadecimal((0..<16).map { _ in UInt8.random(in: .min ... .max) })
        var rest = digits[...]
        return [8, 4, 4, 4, 12].map { length in
            defer { rest = rest.dropFirst(length) }
            return String(rest.prefix(length))
        }.joined(separator: "-")
    }
}
