import Foundation
import StandardWebhooks
import Testing

@Suite struct WebhookKeyTests {
    /// The first seed and public key of RFC 8032, section 7.1.
    static let seed = Data([
        0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
        0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
    ])
    static let publicBytes: [UInt8] = [
        0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a,
        0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
    ]

    private static func base64(_ bytes: some Sequence<UInt8>) -> String { Data(bytes).base64EncodedString() }

    @Test(arguments: [base64(seed), base64(seed + publicBytes)]) func readsBothLengths(_ base64: String) throws {
        let key = try WebhookSigningKey("whsk_" + base64)
        #expect(key.publicKey.bytes == Self.publicBytes)
        #expect(key.text == "whsk_" + Self.base64(Self.seed + Self.publicBytes))
        #expect(try WebhookSigningKey(base64) == key)
        #expect(try WebhookSigningKey(key.text) == key)
        #expect(try Set([key, WebhookSigningKey(key.text), .generate()]).count == 2)
    }

    @Test func readsTheVector() throws {
        let key = try WebhookSigningKey(AsymmetricVector.key)
        #expect(key.text == AsymmetricVector.key)
        #expect(key.publicKey.text == AsymmetricVector.publicKey)
        #expect(try WebhookPublicKey(AsymmetricVector.publicKey) == key.publicKey)
    }

    static let other = Data(repeating: 7, count: 32)

    @Test(
        arguments: [
            ("", .byteCount(0)), ("whsk_", .byteCount(0)), ("whsk_" + base64(seed.dropLast()), .byteCount(31)),
            (base64(seed + [0]), .byteCount(33)), (base64(seed + publicBytes.dropLast()), .byteCount(63)),
            (base64(seed + publicBytes + [0]), .byteCount(65)), (base64(seed + other), .mismatchedHalves),
            (base64(seed + seed), .mismatchedHalves), ("whsk_" + base64(seed).dropLast(), .notBase64),
            ("whsk_ " + base64(seed), .notBase64), ("whsk_" + base64(seed) + "\n", .notBase64),
            ("whsec_" + base64(seed), .notBase64), ("whpk_" + base64(seed), .notBase64),
        ] as [(String, WebhookKeyError)]) func refusesSigningKeys(_ text: String, _ error: WebhookKeyError)
    {
        #expect(throws: error) { try WebhookSigningKey(text) }
    }

    @Test(
        arguments: [
            ("", .byteCount(0)), ("whpk_", .byteCount(0)), ("whpk_" + base64(other.dropLast()), .byteCount(31)),
            (base64(other + other), .byteCount(64)), ("whpk_" + base64(other).dropLast(), .notBase64),
            ("whsk_" + base64(other), .notBase64), ("whpk_whpk_" + base64(other), .notBase64),
        ] as [(String, WebhookKeyError)]) func refusesPublicKeys(_ text: String, _ error: WebhookKeyError)
    {
        #expect(throws: error) { try WebhookPublicKey(text) }
    }

    @Test func publicKeysAreTheirBytes() throws {
        let key = try WebhookPublicKey(bytes: Self.publicBytes)
        #expect(key.text == "whpk_" + Self.base64(Self.publicBytes))
        #expect("\(key)" == key.text)
        #expect(try WebhookPublicKey(key.text) == key)
        #expect(try WebhookPublicKey(String(key.text.dropFirst("whpk_".count))) == key)
        #expect(throws: WebhookKeyError.byteCount(33)) { try WebhookPublicKey(bytes: Self.publicBytes + [0]) }
    }

    @Test func generatedKeysDiffer() throws {
        let key = WebhookSigningKey.generate()
        #expect(try WebhookSigningKey(key.text) == key)
        #expect(key != .generate())
    }

    @Test func signingKeysDoNotShow() throws {
        let key = try WebhookSigningKey(AsymmetricVector.key)
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), String(describing: [key]), dumped] {
            #expect(text.contains("redacted"))
            #expect(!text.contains("6Xb"))
            #expect(!text.contains("233"))  // its first byte
        }
    }
}
