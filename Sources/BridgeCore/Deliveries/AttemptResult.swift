import Marksign

/// How a try ended.
public struct AttemptResult: Sendable, Equatable {
    /// Why it failed; `nil` when the receiver took the event.
    public let error: AttemptError?
    /// The receiver's HTTP status, when it answered.
    public let status: Int?
    /// The address that was connected to.
    public let address: String?
    /// The answer's first bytes, at most ``maximumResponseBytes``.
    public let response: [UInt8]
    /// Before when the receiver does not want another try, in the answer's own words.
    public let retryAfter: String?
    /// What failed, in the HTTP client's words; for the log.
    public let detail: String?
    /// Whether the receiver asked that this event not be sent again.
    public let isRefused: Bool

    /// How much of an answer is kept.
    public static let maximumResponseBytes = 16 * 1024

    /// A result.
    public init(
        error: AttemptError?, status: Int?, address: String?, response: [UInt8], retryAfter: String? = nil,
        detail: String? = nil, isRefused: Bool = false
    ) {
        self.error = error
        self.status = status
        self.address = address
        self.response = response
        self.retryAfter = retryAfter
        self.detail = detail
        self.isRefused = isRefused
    }

    /// The result that an HTTP answer means: only 2xx is success.
    ///
    /// - Parameter control: The answer's `webhook-delivery` field. Beside a failure, `disable` says what 410 says, and
    ///   `abort-message` that this event is not wanted again.
    public init(status: Int, address: String?, response: [UInt8], retryAfter: String?, control: String? = nil) {
        let error: AttemptError? =
            switch status {
            case 200..<300: nil
            case 410: .gone
            case _ where control == "disable": .gone
            case 300..<400: .redirect
            default: .status
            }
        self.init(
            error: error, status: status, address: address, response: response, retryAfter: retryAfter,
            isRefused: error != nil && control == "abort-message")
    }

    /// The wait that the receiver asked for, where asking counts: at most ``RetryPolicy/maximumRetryAfter``.
    public func askedDelay(at now: Timestamp) -> Duration? {
        guard let status, [429, 502, 503, 504].contains(status), let retryAfter else { return nil }
        return RetryAfter.parse(retryAfter).map { min($0.delay(now: Int(now.seconds)), RetryPolicy.maximumRetryAfter) }
    }

    /// What it tells of the endpoint as a whole.
    public func signal(at now: Timestamp) -> EndpointSignal {
        switch error {
        case nil: .succeeded
        case .shutdown: .none
        // It works, and does not want this one event.
        case _ where isRefused: .none
        default: .failed(pause: askedDelay(at: now))
        }
    }
}

/// What an attempt tells of its endpoint as a whole.
public enum EndpointSignal: Sendable, Equatable {
    /// It takes events.
    case succeeded
    /// It does not, and may have asked for a pause.
    case failed(pause: Duration?)
    /// Nothing: the attempt was cut, or never made.
    case none
}

/// Why an attempt failed: a bounded vocabulary, for the API and the metrics.
public enum AttemptError: String, Sendable, CaseIterable {
    case dns
    case blockedAddress = "blocked_address"
    case connect
    case tls
    case timeout
    case reset
    case protocolError = "protocol"
    case redirect
    case status
    case gone
    case shutdown
}
