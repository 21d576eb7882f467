import Foundation

/// Signs webhooks as Standard Webhooks says: with HMAC-SHA256 (`v1`), with Ed25519 (`v1a`), or with both.
public enum WebhookSigner {
    /// The value of `webhook-signature`: one signature for each secret, then one for each signing key, in their order,
    /// separated by one space.
    ///
    /// - Parameters:
    ///   - id: The value of `webhook-id`; not empty and without full stops.
    ///   - timestamp: The value of `webhook-timestamp`: the attempt's time in seconds since 1970-01-01 UTC.
    ///   - body: The very bytes that are sent.
    ///   - secrets: What signs with `v1`; more than one while a secret is being replaced.
    ///   - signingKeys: What signs with `v1a`; likewise. There has to be a secret or a key; of more than 16 of either
    ///     kind, ``WebhookVerifier`` looks at the first 16.
    public static func signatureHeader(
        id: String, timestamp: Int, body: some DataProtocol, secrets: [WebhookSecret],
        signingKeys: [WebhookSigningKey] = []
    ) -> String {
        let content = SignedContent(id: id, timestamp: String(timestamp), body: body)
        precondition(!secrets.isEmpty || !signingKeys.isEmpty, "a webhook is signed with at least one key")
        precondition(content.isUnambiguous, "an id is not empty and has no full stop")
        var items = secrets.map { SignatureVersion.symmetric.item(Data(content.authenticationCode($0))) }
        if !signingKeys.isEmpty {
            let bytes = content.bytes
            items += signingKeys.map { SignatureVersion.asymmetric.item($0.signature(of: bytes)) }
        }
        return items.joined(separator: " ")
    }
}
