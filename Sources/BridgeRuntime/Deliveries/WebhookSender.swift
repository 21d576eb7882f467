import BridgeCore
import CurlHTTP
import StandardWebhooks

/// Sends one webhook and says how that ended, in the bounded vocabulary of attempts.
struct WebhookSender: Sendable {
    let http: HTTPClient
    let settings: DeliverySettings

    /// Signs and sends. The body's bytes are sent as they are; the timestamp is that of this attempt.
    func send(_ work: DeliveryWork, at now: Timestamp) async -> AttemptResult {
        guard settings.rules.fault(of: work.url) == nil else {
            return AttemptResult(error: .blockedAddress, status: nil, address: nil, response: [])
        }
        let secrets = work.secrets.signing(at: now).compactMap { try? WebhookSecret($0) }
        let signature = WebhookSigner.signatureHeader(
            id: work.eventID.rawValue, timestamp: Int(now.seconds), body: work.body, secrets: secrets)
        let request = HTTPClientRequest(
            method: "POST", url: work.url,
            headers: [
                ("Content-Type", "application/json"),
                (WebhookHeaders.idName, work.eventID.rawValue),
                (WebhookHeaders.timestampName, String(now.seconds)),
                (WebhookHeaders.signatureName, signature),
            ],
            body: work.body, timeout: settings.timeout, connectTimeout: settings.timeout,
            bodyPolicy: .prefix(maxBytes: AttemptResult.maximumResponseBytes),
            addressFilter: { [rules = settings.rules] in rules.allows($0) })
        do {
            let response = try await http.execute(request)
            return AttemptResult(
                status: response.status, address: response.remoteAddress, response: response.body,
                retryAfter: response.header("Retry-After"))
        } catch {
            return AttemptResult(
                error: AttemptError(error.kind), status: nil, address: error.remoteAddress, response: [])
        }
    }
}

extension AttemptError {
    /// The reason that an error of the HTTP client means.
    init(_ kind: HTTPClientError.Kind) {
        switch kind {
        case .resolve: self = .dns
        case .blockedAddress: self = .blockedAddress
        case .connect, .invalidRequest: self = .connect
        case .tls: self = .tls
        case .timeout: self = .timeout
        case .reset: self = .reset
        case .protocolError, .tooLarge: self = .protocolError
        case .cancelled, .shutdown: self = .shutdown
        }
    }
}
