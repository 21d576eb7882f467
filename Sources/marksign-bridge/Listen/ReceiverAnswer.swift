import BridgeCore
import CurlHTTP

/// What a receiver said to a webhook.
struct ReceiverAnswer {
    /// `nil`: there was no answer.
    let status: Int?
    /// How long it took.
    let time: Duration
    /// The beginning of a body, or why there was no answer.
    let text: String

    /// Whether the receiver took the webhook.
    var isSuccess: Bool { status.map { (200..<300).contains($0) } ?? false }

    init(_ response: HTTPClientResponse) {
        status = response.status
        time = response.timings.total
        text = String(decoding: response.body, as: UTF8.self)
    }

    init(_ error: HTTPClientError, after time: Duration) {
        status = nil
        self.time = time
        text = error.description
    }

    /// A line for people.
    func told(by url: String) -> String {
        guard let status else { return "\(url) did not answer: \(text)" }
        return "\(url) answered \(status) after \(time.wholeMilliseconds) ms"
    }
}
