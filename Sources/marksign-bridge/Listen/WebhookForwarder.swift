import BridgeCore
import CurlHTTP

/// Passes webhooks on: the same bytes, and the headers that belong to them.
struct WebhookForwarder: Sendable {
    let url: String
    let http: HTTPClient

    private static let passedOn: Set<String> = [
        "content-type", "webhook-id", "webhook-timestamp", "webhook-signature", "user-agent",
    ]

    /// The status for the sender, and a line for people. A receiver that cannot be reached is a `502`.
    func forward(_ webhook: ReceivedWebhook) async -> (status: Int, line: String) {
        do throws(HTTPClientError) {
            let response = try await http.execute(
                HTTPClientRequest(
                    method: "POST", url: url,
                    headers: webhook.headers.filter { Self.passedOn.contains($0.name) }.map { ($0.name, $0.value) },
                    body: webhook.body, timeout: .seconds(15), bodyPolicy: .prefix(maxBytes: 65_536)))
            let milliseconds = response.timings.total.wholeMilliseconds
            return (response.status, "\(url) answered \(response.status) after \(milliseconds) ms")
        } catch {
            return (502, "\(url) did not answer: \(error)")
        }
    }
}
