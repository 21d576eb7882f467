import Foundation
import StandardWebhooks
import Testing

/// `ReceiverSample.swift` and `KeyReceiverSample.swift` are the Swift samples of the README.
@Suite("The README's receivers in Swift")
struct ReceiverSampleTests {
    private static let secret = WebhookSecret.generate()
    private static let key = WebhookSigningKey.generate()
    private static let body = Data(#"{"type":"endpoint.test"}"#.utf8)

    /// Who trusts what.
    enum Receiver: CaseIterable {
        case secret
        case keys
    }

    @Test("are those that are tested", arguments: ["ReceiverSample.swift", "KeyReceiverSample.swift"])
    func isPrinted(name: String) throws {
        let file = URL(filePath: #filePath)
        let sample = try String(contentsOf: file.deletingLastPathComponent().appending(path: name), encoding: .utf8)
        let readme = try String(
            contentsOf: file.appending(path: "../../../../README.md").standardizedFileURL, encoding: .utf8)
        #expect(readme.contains("```swift\n\(sample)```"))
    }

    @Test("take a good webhook", arguments: Receiver.allCases)
    func good(receiver: Receiver) throws {
        try Self.receive(receiver)
    }

    @Test("refuse a changed body", arguments: Receiver.allCases)
    func changedBody(receiver: Receiver) {
        #expect(throws: WebhookVerificationError.noMatchingSignature) {
            try Self.receive(receiver, Self.body + [0x20])
        }
    }

    @Test("refuse another secret or key", arguments: Receiver.allCases)
    func stranger(receiver: Receiver) {
        #expect(throws: WebhookVerificationError.noMatchingSignature) {
            try Self.receive(receiver, secret: WebhookSecret.generate(), key: WebhookSigningKey.generate())
        }
    }

    @Test("refuse an old webhook, and one from the future", arguments: Receiver.allCases)
    func oldOrNew(receiver: Receiver) {
        #expect(throws: WebhookVerificationError.timestampTooOld) { try Self.receive(receiver, age: 310) }
        #expect(throws: WebhookVerificationError.timestampTooNew) { try Self.receive(receiver, age: -310) }
    }

    /// - Parameters:
    ///   - secret: The secret that the receiver trusts.
    ///   - key: The key whose public half the receiver trusts.
    private static func receive(
        _ receiver: Receiver, _ received: Data = body, secret trusted: WebhookSecret = secret,
        key trustedKey: WebhookSigningKey = key, age: TimeInterval = 0
    ) throws {
        let timestamp = Int(Date().timeIntervalSince1970 - age)
        let headers = [
            "webhook-id": "evt_1", "webhook-timestamp": String(timestamp),
            "webhook-signature": WebhookSigner.signatureHeader(
                id: "evt_1", timestamp: timestamp, body: body, secrets: [secret], signingKeys: [key]),
        ]
        switch receiver {
        case .secret:
            try verify(received, header: { headers[$0] }, secret: trusted.text)
        case .keys:
            let keys = #"{"keys":[{"kty":"OKP","whpk":"\#(trustedKey.publicKey.text)"}]}"#
            try verify(received, header: { headers[$0] }, keys: Data(keys.utf8))
        }
    }
}
