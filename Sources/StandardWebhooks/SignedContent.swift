import Crypto
import Foundation

/// What both sides agree to sign: `{id}.{timestamp}.{body}`.
struct SignedContent<Body: DataProtocol> {
    let id: String
    let timestamp: String
    let body: Body

    /// Whether the identifier leaves no doubt where it ends.
    var isUnambiguous: Bool { !id.isEmpty && !id.utf8.contains(UInt8(ascii: ".")) }

    private var beginning: Data { Data("\(id).\(timestamp).".utf8) }

    /// All of it in one piece, for Ed25519, which reads it twice.
    var bytes: Data { beginning + body }

    /// The signature that a shared secret makes. The body is not copied.
    func authenticationCode(_ secret: WebhookSecret) -> HMAC<SHA256>.MAC {
        var hmac = HMAC<SHA256>(key: secret.key)
        hmac.update(data: beginning)
        hmac.update(data: body)
        return hmac.finalize()
    }
}
