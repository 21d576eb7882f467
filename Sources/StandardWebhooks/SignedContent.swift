import Crypto
import Foundation

/// What both sides agree to sign: `{id}.{timestamp}.{body}`.
enum SignedContent {
    /// The version whose signatures are HMAC-SHA256.
    static let version = "v1"

    /// Whether an identifier leaves no doubt where it ends.
    static func isUnambiguous(id: String) -> Bool {
        !id.isEmpty && !id.utf8.contains(UInt8(ascii: "."))
    }

    static func authenticationCode(
        id: String, timestamp: String, body: some DataProtocol, key: SymmetricKey
    ) -> HMAC<SHA256>.MAC {
        var hmac = HMAC<SHA256>(key: key)
        hmac.update(data: Array("\(id).\(timestamp).".utf8))
        hmac.update(data: body)
        return hmac.finalize()
    }
}
