/// One try of a delivery.
public struct Attempt: Sendable, Equatable {
    /// 1, 2, … within its delivery.
    public let number: Int
    /// When it began.
    public let startedAt: Timestamp
    /// How long it took, in milliseconds.
    public let durationMilliseconds: Int
    /// How it ended.
    public let result: AttemptResult

    /// A try.
    public init(number: Int, startedAt: Timestamp, durationMilliseconds: Int, result: AttemptResult) {
        self.number = number
        self.startedAt = startedAt
        self.durationMilliseconds = durationMilliseconds
        self.result = result
    }
}

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

    /// How much of an answer is kept.
    public static let maximumResponseBytes = 16 * 1024

    /// A result.
    public init(error: AttemptError?, status: Int?, address: String?, response: [UInt8], retryAfter: String? = nil) {
        self.error = error
        self.status = status
        self.address = address
        self.response = response
        self.retryAfter = retryAfter
    }

    /// The result that an HTTP answer means: only 2xx is success.
    public init(status: Int, address: String?, response: [UInt8], retryAfter: String?) {
        let error: AttemptError? =
            switch status {
            case 200..<300: nil
            case 300..<400: .redirect
            case 410: .gone
            default: .status
            }
        self.init(error: error, status: status, address: address, response: response, retryAfter: retryAfter)
    }
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
