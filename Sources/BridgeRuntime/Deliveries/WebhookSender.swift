import BridgeCore
import CurlHTTP
import StandardWebhooks

/// Sends one webhook and says how that ended, in the bounded vocabulary of attempts.
struct WebhookSender: Sendable {
    let http: HTTPClient
    let settings: DeliverySettings

    /// Signs and sends. The body's bytes are sent as they are; the timestamp is that of this attempt.
    func send(_ work: DeliveryWork, at now: Timestamp) async -> AttemptResult {
        guard settings.rules.fault(of: work.endpoint.url) == nil else {
            return AttemptResult(error: .blockedAddress, status: nil, address: nil, response: [])
        }
        do {
            let response = try await http.execute(request(work, at: now))
            return AttemptResult(
                status: response.status, address: response.remoteAddress, response: response.body,
                retryAfter: response.header("Retry-After"), control: response.header("webhook-delivery"))
        } catch {
            return AttemptResult(
                error: AttemptError(error.kind), status: nil, address: error.remoteAddress, response: [],
                detail: error.message)
        }
    }

    private func request(_ work: DeliveryWork, at now: Timestamp) -> HTTPClientRequest {
        let options = work.endpoint.options
        let timeout = options.timeout ?? settings.timeout
        return HTTPClientRequest(
            method: "POST", url: work.endpoint.url,
            headers: [
                ("Content-Type", "application/json"),
                (WebhookHeaders.idName, work.eventID.rawValue),
                (WebhookHeaders.timestampName, String(now.seconds)),
                (WebhookHeaders.signatureName, signature(of: work, at: now)),
            ] + options.headers.map { ($0.name, $0.value) },
            body: work.body, timeout: timeout, connectTimeout: timeout,
            bodyPolicy: .prefix(maxBytes: AttemptResult.maximumResponseBytes, maxTime: .seconds(2)),
            addressFilter: { [rules = settings.rules] in rules.allows($0) },
            tls: options.tls.map(TLSOptions.init) ?? TLSOptions())
    }

    private func signature(of work: DeliveryWork, at now: Timestamp) -> String {
        let keys = work.keys.signing(at: now)
        let signingKeys = work.endpoint.options.signature == .v1a ? keys.map(\.privateKey) : []
        return WebhookSigner.signatureHeader(
            id: work.eventID.rawValue, timestamp: Int(now.seconds), body: work.body,
            secrets: keys.compactMap { try? WebhookSecret($0.secret) },
            signingKeys: signingKeys.compactMap { try? WebhookSigningKey($0) })
    }
}

extension TLSOptions {
    /// What an endpoint asks of TLS.
    fileprivate init(_ tls: EndpointTLS) {
        self.init(
            certificateAuthorities: tls.certificateAuthorities.map { Array($0.utf8) },
            identity: tls.identity.map { identity in
                Identity(
                    certificateChain: Array(identity.certificateChain.utf8),
                    privateKey: Array(identity.privateKey.utf8))
            })
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
