import Crypto
import Foundation

/// Signs webhooks as Standard Webhooks says, with HMAC-SHA256 (`v1`).
public enum WebhookSigner {
    /// The value of `webhook-signature`: one signature a secret, in their order, separated by one space.
    ///
    /// - Parameters:
    ///   - id: The value of `webhook-id`; not empty and without full stops.
    ///   - timestamp: The value of `webhook-timestamp`: the attempt's time in seconds since 1970-01-01 UTC.
    ///   - body: The very bytes that are sent.
    ///   - secrets: At least one; more than one while a secret is being replaced.
    public static func signatureHeader(
        id: String, timestamp: Int, body: some DataProtocol, secrets: [WebhookSecret]
    ) -> String {
        precondition(!secrets.isEmpty, "a webhook is signed with at least one secret")
        precondition(SignedContent.isUnambiguous(id: id), "an id is not empty and has no full stop")
        return secrets.map { secret in
            let code = SignedContent.authenticationCode(
                id: id, timestamp: String(timestamp), body: body, key: secret.key)
            return "\(SignedContent.version),\(Data(code).base64EncodedString())"
        }.joined(separator: " ")
    }
}
