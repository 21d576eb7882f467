import Foundation
import StandardWebhooks
import Testing

@Suite struct WebhookSecretTests {
    @Test(arguments: [24, 25, 32, 48, 64]) func readsEveryAllowedLength(_ count: Int) throws {
        let base64 = Data(repeating: 0xFB, count: count).base64EncodedString()
        let secret = try WebhookSecret("whsec_" + base64)
        #expect(secret.text == "whsec_" + base64)
        #expect(try WebhookSecret(base64) == secret)
        #expect(try WebhookSecret(secret.text) == secret)
    }

    @Test(
        arguments: [
            ("", .byteCount(0)), ("whsec_", .byteCount(0)), ("whsec_AAAA", .byteCount(3)),
            ("whsec_" + Data(count: 23).base64EncodedString(), .byteCount(23)),
            ("whsec_" + Data(count: 65).base64EncodedString(), .byteCount(65)),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", .notBase64),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS-", .notBase64),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAA", .notBase64),
            ("whsec_ MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", .notBase64),
            ("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", .notBase64), ("whsec_whsec_MfKQ9r8GKYqrTwjUPD8ILPZI", .notBase64),
        ] as [(String, WebhookSecretError)]) func refuses(_ text: String, _ error: WebhookSecretError)
    {
        #expect(throws: error) { try WebhookSecret(text) }
    }

    @Test func generatedSecretsNeedNoPaddingAndDiffer() throws {
        let secret = WebhookSecret.generate()
        #expect(secret.text.wholeMatch(of: /whsec_[A-Za-z0-9+\/]{32}/) != nil)
        #expect(try WebhookSecret(secret.text) == secret)
        #expect(WebhookSecret.generate() != secret)
    }

    @Test func generationFollowsTheGenerator() {
        struct Counting: RandomNumberGenerator {
            var value: UInt64 = 0
            mutating func next() -> UInt64 {
                value += 0x0101_0101_0101_0101
                return value
            }
        }
        var (first, second) = (Counting(), Counting(value: 7))
        var again = Counting()
        #expect(WebhookSecret.generate(using: &first) == WebhookSecret.generate(using: &again))
        #expect(WebhookSecret.generate(using: &second) != WebhookSecret.generate(using: &again))
    }

    @Test func secretsDoNotShow() throws {
        let secret = try WebhookSecret(Vector.all[0].secret)
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: [secret]), dumped] {
            #expect(text.contains("redacted"))
            #expect(!text.contains("MfKQ"))
            #expect(!text.contains("49"))  // its first byte
        }
    }
}
