import Crypto
import Foundation

/// Tells whether a webhook comes from a sender who knows the secret or the private key, and is recent.
///
/// ```swift
/// let verifier = WebhookVerifier(secrets: [try WebhookSecret("whsec_…")])
/// let headers = try WebhookHeaders { request.headers[$0] }
/// try verifier.verify(headers, body: body)
/// ```
public struct WebhookVerifier: Sendable {
    /// The secrets of which one may have signed (`v1`).
    public let secrets: [WebhookSecret]
    /// The public keys of which one may have signed (`v1a`).
    public let publicKeys: [WebhookPublicKey]
    /// How many seconds the timestamp may lie from now, either way.
    public let tolerance: TimeInterval

    /// A verifier for these secrets and keys, of which one must have signed; without any, nothing is trusted.
    ///
    /// - Parameters:
    ///   - secrets: The secrets that may have signed: more than one while a secret is being replaced.
    ///   - publicKeys: The public keys of those who may have signed; likewise.
    ///   - tolerance: How many seconds the timestamp may lie from now, either way.
    public init(
        secrets: [WebhookSecret] = [], publicKeys: [WebhookPublicKey] = [], tolerance: TimeInterval = 300
    ) {
        self.secrets = secrets
        self.publicKeys = publicKeys
        self.tolerance = tolerance
    }

    /// Returns when the webhook can be trusted; codes are compared in constant time.
    ///
    /// Signatures of unknown versions are passed over, and so are those after the first 16 of a version.
    ///
    /// - Parameters:
    ///   - headers: Its three header fields.
    ///   - body: The very bytes that came.
    ///   - now: The receiver's time.
    /// - Throws: ``WebhookVerificationError`` when it cannot be trusted, and why.
    public func verify(
        _ headers: WebhookHeaders, body: some DataProtocol, now: Date = Date()
    ) throws(WebhookVerificationError) {
        let content = SignedContent(id: headers.id, timestamp: headers.timestamp, body: body)
        guard content.isUnambiguous else { throw .malformedID }
        try verifyTimestamp(headers.timestamp, now: now)
        guard isSignedWithSecret(content, headers.signature) || isSignedWithKey(content, headers.signature) else {
            throw .noMatchingSignature
        }
    }

    private func verifyTimestamp(_ text: String, now: Date) throws(WebhookVerificationError) {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let seconds = Int(text)
        else { throw .malformedTimestamp }
        let age = now.timeIntervalSince1970 - Double(seconds)
        guard age <= tolerance else { throw .timestampTooOld }
        guard age >= -tolerance else { throw .timestampTooNew }
    }

    private func isSignedWithSecret(_ content: SignedContent<some DataProtocol>, _ field: String) -> Bool {
        let signatures = SignatureVersion.symmetric.signatures(in: field)
        guard !signatures.isEmpty else { return false }
        return secrets.contains { secret in
            let expected = content.authenticationCode(secret)
            // This comparison takes the same time wherever the two differ.
            return signatures.contains { expected == $0 }
        }
    }

    private func isSignedWithKey(_ content: SignedContent<some DataProtocol>, _ field: String) -> Bool {
        let signatures = publicKeys.isEmpty ? [] : SignatureVersion.asymmetric.signatures(in: field)
        guard !signatures.isEmpty else { return false }
        let bytes = content.bytes
        return publicKeys.contains { key in signatures.contains { key.verifies($0, of: bytes) } }
    }
}
