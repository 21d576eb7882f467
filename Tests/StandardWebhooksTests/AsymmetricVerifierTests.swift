import Foundation
import StandardWebhooks
import Testing

@Suite struct AsymmetricVerifierTests {
    static let vector = AsymmetricVector.signed
    static let good = AsymmetricVector.signature

    private func verify(
        _ signature: String = good, id: String = vector.id, timestamp: Int = vector.timestamp,
        body: String = vector.body, secrets: [WebhookSecret] = [], publicKeys: [WebhookPublicKey]? = nil
    ) throws {
        let keys = try publicKeys ?? [WebhookPublicKey(AsymmetricVector.publicKey)]
        try WebhookVerifier(secrets: secrets, publicKeys: keys).verify(
            WebhookHeaders(id: id, timestamp: String(timestamp), signature: signature), body: Array(body.utf8),
            now: Date(timeIntervalSince1970: TimeInterval(Self.vector.timestamp)))
    }

    static let code = good.dropFirst("v1a,".count)
    static let other = "v1a,\(Data(repeating: 1, count: 64).base64EncodedString())"

    @Test(arguments: [
        good, "\(vector.signature) \(good)", "v1,BAD v1a,BAD \(good) v2,BAD", "\(other) \(good)", "\(good) \(other)",
        "v9 \(good)",
    ]) func trustsTheVector(_ signature: String) throws {
        try verify(signature)
    }

    @Test(arguments: [
        other, vector.signature, "v1,\(code)", "v2,\(code)", "V1A,\(code)", "\(code)", "v1a,", "v1a,BAD", "v1a",
        "v1a,\(code.dropLast())", "\(good)=", "\(good),", "v1a,\(good)", "v1a:\(code)",
        "v1a,\(Data(Data(base64Encoded: String(code))!.dropLast()).base64EncodedString())",
        "v1a,\(Data(Data(base64Encoded: String(code))! + [0]).base64EncodedString())",
    ]) func refusesSignatures(_ signature: String) {
        #expect(throws: WebhookVerificationError.noMatchingSignature) { try verify(signature) }
    }

    @Test func everyBitOfTheSignatureCounts() throws {
        let bytes = try #require(Data(base64Encoded: String(Self.code)))
        for bit in 0..<512 {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: WebhookVerificationError.noMatchingSignature) {
                try verify("v1a,\(changed.base64EncodedString())")
            }
        }
    }

    @Test func everyPartOfTheContentCounts() {
        #expect(throws: WebhookVerificationError.noMatchingSignature) { try verify(id: Self.vector.id + "x") }
        #expect(throws: WebhookVerificationError.noMatchingSignature) {
            try verify(timestamp: Self.vector.timestamp + 1)
        }
        #expect(throws: WebhookVerificationError.noMatchingSignature) { try verify(body: #"{"test":2432232314}"#) }
        #expect(throws: WebhookVerificationError.timestampTooOld) { try verify(timestamp: Self.vector.timestamp - 301) }
        #expect(throws: WebhookVerificationError.malformedID) { try verify(id: "msg.1") }
    }

    @Test func oneOfSecretsAndKeysIsEnough() throws {
        let secret = try WebhookSecret(Self.vector.secret)
        let key = try WebhookPublicKey(AsymmetricVector.publicKey)
        let stranger = WebhookSigningKey.generate().publicKey
        try verify(publicKeys: [stranger, key])
        try verify(publicKeys: [key, stranger])
        try verify(secrets: [.generate()], publicKeys: [key])
        try verify(Self.vector.signature, secrets: [secret], publicKeys: [stranger])
        try verify("\(Self.other) \(Self.vector.signature)", secrets: [secret], publicKeys: [key])
        for (secrets, keys) in [([], [stranger]), ([secret], []), ([secret], [stranger]), ([], [])] {
            #expect(throws: WebhookVerificationError.noMatchingSignature) {
                try verify(secrets: secrets, publicKeys: keys)
            }
        }
    }

    @Test func looksAtSixteenSignatures() throws {
        let others = Array(repeating: Self.other, count: 15).joined(separator: " ")
        try verify("\(others) \(Self.vector.signature) \(Self.good)")
        #expect(throws: WebhookVerificationError.noMatchingSignature) {
            try verify("\(others) \(Self.other) \(Self.good)")
        }
    }

    @Test func keysThatAreNoPointsVerifyNothing() throws {
        for byte in [0x02, 0x07] as [UInt8] {
            let key = try WebhookPublicKey(bytes: Array(repeating: byte, count: 32))
            #expect(throws: WebhookVerificationError.noMatchingSignature) { try verify(publicKeys: [key]) }
        }
    }

    @Test func signaturesOfAnyBodyHold() throws {
        let key = WebhookSigningKey.generate()
        let timestamp = Self.vector.timestamp
        for count in [0, 1, 127, 128, 100_000] {
            let body = String(repeating: "x", count: count)
            let signature = WebhookSigner.signatureHeader(
                id: "evt_1", timestamp: timestamp, body: Data(body.utf8), secrets: [], signingKeys: [key])
            try verify(signature, id: "evt_1", body: body, publicKeys: [key.publicKey])
        }
    }
}
