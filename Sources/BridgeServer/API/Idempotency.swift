import BridgeCore
import Crypto
import HTTPTypes
import Hummingbird

/// Reads idempotency keys, and answers from what is kept under them.
struct Idempotency: Sendable {
    let store: any Store

    /// How long an answer is kept under a key.
    private static let lifetime: Duration = .seconds(24 * 3600)

    /// The key that the caller sent, when it sent one.
    ///
    /// - Throws: ``Problem`` 400 unless it is one header of 1 to 255 visible ASCII characters.
    static func text(_ headers: HTTPFields) throws(Problem) -> String? {
        let values = headers[values: .idempotencyKey]
        guard let value = values.first else { return nil }
        guard values.count == 1 else {
            throw Problem(.invalidIdempotencyKey, "There may be one Idempotency-Key.")
        }
        guard (1...255).contains(value.utf8.count), value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Problem(.invalidIdempotencyKey, "It must have 1 to 255 visible ASCII characters.")
        }
        return value
    }

    /// The key as it is stored: what it was, and what was asked, only as fingerprints.
    func key(
        _ text: String, of method: HTTPRequest.Method, _ path: String, body: [UInt8], client: ClientID,
        at time: Timestamp
    ) -> IdempotencyKey {
        // The body may have many megabytes: its digest stands for it.
        let asked = Array("\(method.rawValue) \(path)\n".utf8) + SHA256.hash(data: body)
        return IdempotencyKey(
            clientID: client, digest: store.fingerprint("idempotency-key", Array(text.utf8)),
            fingerprint: store.fingerprint("idempotency-request", asked), expiresAt: time + Self.lifetime)
    }

    /// The answer to a request whose key is not free.
    static func answer(_ state: KeyState) throws(Problem) -> Response {
        switch state {
        case .answered(let answer): return .kept(answer, replayed: true)
        case .mismatch: throw Problem(.idempotencyKeyMismatch)
        case .running, .free: throw Problem(.idempotencyKeyRunning).with(.retryAfter, "1")
        }
    }

    /// The kept answer of an earlier request with the same key; `nil` when this is the first, or has no key.
    func replay(_ call: APICall) async throws -> Response? {
        guard let key = call.key else { return nil }
        let state = try await store.keyState(key, at: call.time)
        return state == .free ? nil : try Self.answer(state)
    }
}
