import Foundation
import StandardWebhooks
import Testing

/// `ReceiverSample.swift` is the Swift sample of the README.
@Suite("The README's receiver in Swift")
struct ReceiverSampleTests {
    private static let secret = WebhookSecret.generate()
    private static let body = Data(#"{"type":"endpoint.test"}"#.utf8)

    @Test("is the one that is tested")
    func isPrinted() throws {
        let file = URL(filePath: #filePath)
        let sample = try String(
            contentsOf: file.deletingLastPathComponent().appending(path: "ReceiverSample.swift"), encoding: .utf8)
        let readme = try String(
            contentsOf: file.appending(path: "../../../../README.md").standardizedFileURL, encoding: .utf8)
        #expect(readme.contains("```swift\n\(sample)```"))
    }

    @Test("takes a good webhook")
    func good() throws {
        try Self.receive()
    }

    @Test("refuses a changed body")
    func changedBody() {
        #expect(throws: WebhookVerificationError.noMatchingSignature) { try Self.receive(Self.body + [0x20]) }
    }

    @Test("refuses another secret")
    func otherSecret() {
        #expect(throws: WebhookVerificationError.noMatchingSignature) {
            try Self.receive(secret: WebhookSecret.generate().text)
        }
    }

    @Test("refuses an old webhook, and one from the future")
    func oldOrNew() {
        #expect(throws: WebhookVerificationError.timestampTooOld) { try Self.receive(age: 310) }
        #expect(throws: WebhookVerificationError.timestampTooNew) { try Self.receive(age: -310) }
    }

    private static func receive(
        _ received: Data = body, secret text: String = secret.text, age: TimeInterval = 0
    ) throws {
        let timestamp = Int(Date().timeIntervalSince1970 - age)
        let headers = [
            "webhook-id": "evt_1", "webhook-timestamp": String(timestamp),
            "webhook-signature": WebhookSigner.signatureHeader(
                id: "evt_1", timestamp: timestamp, body: body, secrets: [secret]),
        ]
        try verify(received, header: { headers[$0] }, secret: text)
    }
}
