import CurlHTTP

/// Passes webhooks on: the same bytes, and the headers that belong to them.
struct WebhookForwarder: Sendable {
    let url: String
    let http: HTTPClient

    private static let passedOn: Set<String> = [
        "content-type", "webhook-id", "webhook-timestamp", "webhook-signature", "user-agent",
    ]

    func forward(_ webhook: ReceivedWebhook) async -> ReceiverAnswer {
        let start = ContinuousClock.now
        do throws(HTTPClientError) {
            return ReceiverAnswer(
                try await http.execute(
                    HTTPClientRequest(
                        method: "POST", url: url,
                        headers: webhook.headers.filter { Self.passedOn.contains($0.name) }
                            .map { ($0.name, $0.value) },
                        body: webhook.body, timeout: .seconds(15), bodyPolicy: .prefix(maxBytes: 65_536))))
        } catch {
            return ReceiverAnswer(error, after: .now - start)
        }
    }
}
