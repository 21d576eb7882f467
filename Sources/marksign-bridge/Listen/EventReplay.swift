import BridgeCore
import Foundation
import StandardWebhooks

/// Sends stored events to a receiver once more, and shows what it answers.
struct EventReplay {
    let forwarder: WebhookForwarder
    let secret: WebhookSecret

    /// Sends the events one after the other, each signed at its own time, as a delivery is.
    ///
    /// - Returns: Whether the receiver took them all.
    func run(_ events: [StoredEvent]) async -> Bool {
        var taken = 0
        for event in events {
            let answer = await forwarder.forward(webhook(of: event))
            Console.write("\(event.id)  \(event.type.safeForTerminal)  \(answer.told)")
            if answer.isSuccess { taken += 1 }
        }
        Console.write("\nreplayed: \(events.count), answered with 2xx: \(taken), otherwise: \(events.count - taken)")
        return taken == events.count
    }

    private func webhook(of event: StoredEvent) -> ReceivedWebhook {
        let now = Int(Date().timeIntervalSince1970)
        let signature = WebhookSigner.signatureHeader(
            id: event.id.rawValue, timestamp: now, body: event.body, secrets: [secret])
        return ReceivedWebhook(
            headers: [
                ("content-type", "application/json"),
                (WebhookHeaders.idName, event.id.rawValue),
                (WebhookHeaders.timestampName, String(now)),
                (WebhookHeaders.signatureName, signature),
            ],
            body: event.body)
    }
}

extension ReceiverAnswer {
    /// The answer in a line; of a good one, its status and time are enough.
    fileprivate var told: String {
        guard let status else { return "no answer: \(text)" }
        let line = isSuccess ? "" : text.firstLineForTerminal
        return "\(status) after \(time.wholeMilliseconds) ms" + (line.isEmpty ? "" : ": \(line)")
    }
}
