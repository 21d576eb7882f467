import Crypto
import Foundation

/// Tells whether a webhook comes from a sender who knows the secret, and is recent.
///
/// ```swift
/// let verifier = WebhookVerifier(secrets: [try WebhookSecret("whsec_…")])
/// let headers = try WebhookHeaders { request.headers[$0] }
/// try verifier.verify(headers, body: body)
/// ```
public struct WebhookVerifier: Sendable {
    /// The secrets of which one must have signed: more than one while a secret is being replaced.
    public let secrets: [WebhookSecret]
    /// How far the timestamp may lie from now, either way.
    public let tolerance: TimeInterval

    /// A verifier for these secrets; without any, nothing is trusted.
    ///
    /// - Parameters:
    ///   - secrets: The secrets that may have signed.
    ///   - tolerance: How many seconds the timestamp may lie from now, either way.
    public init(secrets: [WebhookSecret], tolerance: TimeInterval = 300) {
        self.secrets = secrets
        self.tolerance = tolerance
    }

    /// Returns when the webhook can be trusted; signatures are compared in constant time.
    ///
    /// - Parameters:
    ///   - headers: Its three header fields.
    ///   - body: The very bytes that came.
    ///   - now: The receiver's time.
    public func verify(
        _ headers: WebhookHeaders, body: some DataProtocol, now: Date = Date()
    ) throws(WebhookVerificationError) {
        guard SignedContent.isUnambiguous(id: headers.id) else { throw .malformedID }
        try verifyTimestamp(headers.timestamp, now: now)
        let signatures = Self.signatures(in: headers.signature)
        for secret in secrets {
            let expected = SignedContent.authenticationCode(
                id: headers.id, timestamp: headers.timestamp, body: body, key: secret.key)
            // This comparison takes the same time wherever the two differ.
            if signatures.contains(where: { expected == $0 }) { return }
        }
        throw .noMatchingSignature
    }

    private func verifyTimestamp(_ text: String, now: Date) throws(WebhookVerificationError) {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let seconds = Int(text)
        else { throw .malformedTimestamp }
        let age = now.timeIntervalSince1970 - Double(seconds)
        guard age <= tolerance else { throw .timestampTooOld }
        guard age >= -tolerance else { throw .timestampTooNew }
    }

    /// The signatures of the known version; those of other versions and malformed ones are passed over.
    private static func signatures(in header: String) -> [Data] {
        header.split(separator: " ").compactMap { item in
            let parts = item.split(separator: ",", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == SignedContent.version else { return nil }
            return StrictBase64.decode(String(parts[1]))
        }
    }
}
