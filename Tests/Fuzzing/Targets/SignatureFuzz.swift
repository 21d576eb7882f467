import Foundation
import StandardWebhooks

/// Lines: id, timestamp, signatures, a secret or key; the rest is the body. Only what was signed verifies, and all of
/// it.
enum SignatureFuzz {
    private static let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
    private static let key = "whsk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    static func check(_ input: [UInt8]) throws(FuzzFailure) {
        let lines = input.split(separator: 10, maxSplits: 4, omittingEmptySubsequences: false)
        func line(_ index: Int) -> String { index < lines.count ? String(decoding: lines[index], as: UTF8.self) : "" }
        try checkKeys(line(3))
        guard let secret = try? WebhookSecret(secret), let key = try? WebhookSigningKey(key) else { return }
        let verifier = WebhookVerifier(secrets: [secret], publicKeys: [key.publicKey])
        var headers = WebhookHeaders(id: line(0), timestamp: line(1), signature: line(2))
        let body = Data(lines.count > 4 ? Array(lines[4]) : [])
        let seconds = Int(headers.timestamp).map { min(max($0, 0), 1 << 40) } ?? 0
        let now = Date(timeIntervalSince1970: Double(seconds))
        let isTaken = verifies(verifier, headers, body, now)
        guard !headers.id.isEmpty, !headers.id.contains("."), headers.timestamp == String(seconds) else {
            // Zeros before the number are part of what is signed.
            try demand(!isTaken || headers.timestamp.hasPrefix("0"), "an id without full stops and a time are needed")
            return
        }
        let signature = WebhookSigner.signatureHeader(
            id: headers.id, timestamp: seconds, body: body, secrets: [secret], signingKeys: [key])
        let genuine = signature.split(separator: " ")
        let given = headers.signature.split(separator: " ")
        try demand(!isTaken || given.contains(where: genuine.contains), "only what was signed verifies")
        for item in genuine {
            headers.signature = String(item)
            try demand(verifies(verifier, headers, body, now), "what was signed verifies")
            try demand(!verifies(verifier, headers, body + [0], now), "another body does not")
            try demand(!verifies(verifier, headers, body, now + 301), "an old one does not")
        }
    }

    private static func verifies(
        _ verifier: WebhookVerifier, _ headers: WebhookHeaders, _ body: Data, _ now: Date
    ) -> Bool {
        (try? verifier.verify(headers, body: body, now: now)) != nil
    }

    private static func checkKeys(_ text: String) throws(FuzzFailure) {
        if let secret = try? WebhookSecret(text) {
            try demand((try? WebhookSecret(secret.text)) == secret, "a secret survives its text")
        }
        if let key = try? WebhookSigningKey(text) {
            try demand((try? WebhookSigningKey(key.text)) == key, "a signing key survives its text")
        }
        if let key = try? WebhookPublicKey(text) {
            try demand((try? WebhookPublicKey(key.text)) == key, "a public key survives its text")
        }
    }
}
