import StandardWebhooks

/// What the signatures of webhooks are checked with, as it was given on the command line.
struct SignatureKeys {
    let secret: WebhookSecret?
    let publicKey: WebhookPublicKey?

    /// Reads them; a text that is none is not shown again, as it may be a secret all the same.
    init(secret: String?, publicKey: String?) throws(ListenFailure) {
        do throws(WebhookSecretError) {
            self.secret = try secret.map { text throws(WebhookSecretError) in try WebhookSecret(text) }
        } catch {
            throw ListenFailure("--secret is not a webhook secret: whsec_ and base64 of 24 to 64 bytes")
        }
        do throws(WebhookKeyError) {
            self.publicKey = try publicKey.map { text throws(WebhookKeyError) in try WebhookPublicKey(text) }
        } catch {
            throw ListenFailure("--public-key is not a public key: whpk_ and base64 of 32 bytes")
        }
    }

    /// `nil` when there is nothing to check with.
    var verifier: WebhookVerifier? {
        guard secret != nil || publicKey != nil else { return nil }
        return WebhookVerifier(secrets: secret.map { [$0] } ?? [], publicKeys: publicKey.map { [$0] } ?? [])
    }
}
