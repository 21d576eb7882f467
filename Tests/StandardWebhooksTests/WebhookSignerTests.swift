import Foundation
import StandardWebhooks
import Testing

@Suite struct WebhookSignerTests {
    @Test(arguments: Vector.all) func signsTheVectors(_ vector: Vector) throws {
        let header = WebhookSigner.signatureHeader(
            id: vector.id, timestamp: vector.timestamp, body: vector.bytes, secrets: [try WebhookSecret(vector.secret)])
        #expect(header == vector.signature)
    }

    @Test func oneSignatureForEachSecretWithOneSpace() throws {
        let vector = Vector.all[0]
        let secrets = try Vector.all.map { try WebhookSecret($0.secret) }
        func sign(_ secrets: [WebhookSecret]) -> String {
            WebhookSigner.signatureHeader(
                id: vector.id, timestamp: vector.timestamp, body: vector.bytes, secrets: secrets)
        }
        let both = sign(secrets)
        #expect(both == "\(sign([secrets[0]])) \(sign([secrets[1]]))")
        #expect(both.wholeMatch(of: /v1,[A-Za-z0-9+\/]{43}= v1,[A-Za-z0-9+\/]{43}=/) != nil)
    }

    #if os(Linux)
        // Elsewhere, signatures with a private key differ every time.
        @Test func signsTheAsymmetricVector() throws {
            #expect(
                try sign(secrets: [], signingKeys: [WebhookSigningKey(AsymmetricVector.key)])
                    == AsymmetricVector.signature)
        }
    #endif

    @Test func secretsSignBeforeKeys() throws {
        let keys = [try WebhookSigningKey(AsymmetricVector.key), .generate()]
        let secrets = try Vector.all.map { try WebhookSecret($0.secret) }
        let items = try sign(secrets: secrets, signingKeys: keys)
            .split(separator: " ", omittingEmptySubsequences: false)
        #expect(items.map { $0.prefix { $0 != "," } } == ["v1", "v1", "v1a", "v1a"])
        #expect(items[0] == Vector.all[0].signature)
        for (item, key) in zip(items.suffix(2), keys) {
            #expect(item.wholeMatch(of: /v1a,[A-Za-z0-9+\/]{86}==/) != nil)
            let headers = WebhookHeaders(
                id: Vector.all[0].id, timestamp: String(Vector.all[0].timestamp), signature: String(item))
            let now = Date(timeIntervalSince1970: TimeInterval(Vector.all[0].timestamp))
            try WebhookVerifier(publicKeys: [key.publicKey]).verify(headers, body: Vector.all[0].bytes, now: now)
        }
    }

    private func sign(secrets: [WebhookSecret], signingKeys: [WebhookSigningKey]) throws -> String {
        let vector = Vector.all[0]
        return WebhookSigner.signatureHeader(
            id: vector.id, timestamp: vector.timestamp, body: vector.bytes, secrets: secrets, signingKeys: signingKeys)
    }

    @Test func headerNames() {
        #expect(WebhookHeaders.idName == "webhook-id")
        #expect(WebhookHeaders.timestampName == "webhook-timestamp")
        #expect(WebhookHeaders.signatureName == "webhook-signature")
    }
}
