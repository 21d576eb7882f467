import Foundation
import StandardWebhooks
import Testing

@Suite struct WebhookVerifierTests {
    let vector = Vector.all[0]

    private func verify(
        _ headers: WebhookHeaders, body: String? = nil, after seconds: TimeInterval = 0, secrets: [String]? = nil
    ) throws {
        let secrets = try (secrets ?? [vector.secret]).map { try WebhookSecret($0) }
        let now = Date(timeIntervalSince1970: TimeInterval(vector.timestamp) + seconds)
        try WebhookVerifier(secrets: secrets).verify(headers, body: Array((body ?? vector.body).utf8), now: now)
    }

    private func headers(id: String? = nil, timestamp: String? = nil, signature: String? = nil) -> WebhookHeaders {
        WebhookHeaders(
            id: id ?? vector.id, timestamp: timestamp ?? String(vector.timestamp),
            signature: signature ?? vector.signature)
    }

    @Test(arguments: Vector.all) func trustsTheVectors(_ vector: Vector) throws {
        let verifier = WebhookVerifier(secrets: [try WebhookSecret(vector.secret)])
        let now = Date(timeIntervalSince1970: TimeInterval(vector.timestamp))
        try verifier.verify(vector.headers, body: vector.bytes, now: now)
    }

    @Test func trustsAnyKnownSecretDuringRotation() throws {
        try verify(headers(), secrets: Vector.all.map(\.secret))
        try verify(headers(), secrets: Vector.all.reversed().map(\.secret))
        #expect(throws: WebhookVerificationError.noMatchingSignature) {
            try verify(headers(), secrets: [Vector.all[1].secret])
        }
        #expect(throws: WebhookVerificationError.noMatchingSignature) { try verify(headers(), secrets: []) }
    }

    static let good = Vector.all[0].signature
    static let other = "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="

    @Test(arguments: [
        "v1,BAD v2,BAD \(good) v1,BAD", "\(other) \(good)", "\(good) \(other)", "v1a,hnO3f9T8 \(good)", "\(good) v9",
        "\(good)  \(other)", "\(good) ",
    ]) func trustsOneGoodSignatureAmongOthers(_ signature: String) throws {
        try verify(headers(signature: signature))
    }

    static let code = String(good.dropFirst(3))
    static let refused: [String] = [
        "v1,", "v1,g0hM9", "v1,BAD", other, "v2,\(code)", "v1a,\(code)", "V1,\(code)", code, "\(good),", "v1,\(good)",
        "v1,\(code.dropLast())", "\(good)=", " ", "v1", ",",
    ]

    @Test(arguments: refused) func refusesSignatures(_ signature: String) {
        #expect(throws: WebhookVerificationError.noMatchingSignature) { try verify(headers(signature: signature)) }
    }

    @Test func looksAtSixteenSignatures() throws {
        let others = Array(repeating: Self.other, count: 15).joined(separator: " ")
        try verify(headers(signature: "\(others) v9,AAAA \(Self.good)"))
        #expect(throws: WebhookVerificationError.noMatchingSignature) {
            try verify(headers(signature: "\(others) \(Self.other) \(Self.good)"))
        }
    }

    @Test func everyBitOfTheContentCounts() {
        #expect(throws: WebhookVerificationError.noMatchingSignature) {
            try verify(headers(), body: #"{"test":2432232314}"#)
        }
        #expect(throws: WebhookVerificationError.noMatchingSignature) { try verify(headers(), body: "") }
        #expect(throws: WebhookVerificationError.noMatchingSignature) { try verify(headers(id: vector.id + "x")) }
        #expect(throws: WebhookVerificationError.noMatchingSignature) {
            try verify(headers(timestamp: String(vector.timestamp + 1)))
        }
        #expect(throws: WebhookVerificationError.noMatchingSignature) {
            try verify(headers(timestamp: "0\(vector.timestamp)"))
        }
    }

    @Test(arguments: [("", .malformedID), ("msg.1", .malformedID)] as [(String, WebhookVerificationError)])
    func refusesIDs(_ id: String, _ error: WebhookVerificationError) {
        #expect(throws: error) { try verify(headers(id: id)) }
    }

    @Test(arguments: [
        "hello", "", " ", "1614265330.0", "+1614265330", "-1", "1e9", "99999999999999999999", "１６１４２６５３３０",
    ])
    func refusesTimestampsThatAreNone(_ timestamp: String) {
        #expect(throws: WebhookVerificationError.malformedTimestamp) { try verify(headers(timestamp: timestamp)) }
    }

    @Test(
        arguments: [
            (-300, nil), (-300.5, .timestampTooNew), (-301, .timestampTooNew), (0, nil), (300, nil),
            (300.5, .timestampTooOld), (301, .timestampTooOld), (1e9, .timestampTooOld),
        ] as [(TimeInterval, WebhookVerificationError?)])
    func toleratesFiveMinutesBothWays(_ elapsed: TimeInterval, _ error: WebhookVerificationError?) throws {
        if let error {
            #expect(throws: error) { try verify(headers(), after: elapsed) }
        } else {
            try verify(headers(), after: elapsed)
        }
    }

    @Test func headersAreTakenByName() throws {
        var fields = ["webhook-id": "msg_1", "webhook-timestamp": "1614265330", "webhook-signature": "v1,AAAA"]
        let expected = WebhookHeaders(id: "msg_1", timestamp: "1614265330", signature: "v1,AAAA")
        #expect(try WebhookHeaders { fields[$0] } == expected)
        for name in fields.keys {
            let value = fields[name]
            for missing in [nil, ""] {
                fields[name] = missing
                #expect(throws: WebhookVerificationError.missingHeader(name)) { try WebhookHeaders { fields[$0] } }
            }
            fields[name] = value
        }
    }
}
