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

    @Test func headerNames() {
        #expect(WebhookHeaders.idName == "webhook-id")
        #expect(WebhookHeaders.timestampName == "webhook-timestamp")
        #expect(WebhookHeaders.signatureName == "webhook-signature")
    }
}
