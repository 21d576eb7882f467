import Foundation
import StandardWebhooks

/// Returns when the webhook comes from the bridge; throws otherwise. `body` is the raw bytes, `header` finds a header.
func verify(_ body: Data, header: (String) -> String?, secret: String) throws {
    let verifier = WebhookVerifier(secrets: [try WebhookSecret(secret)])
    try verifier.verify(WebhookHeaders(header), body: body)
}
