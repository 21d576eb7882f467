/// What an endpoint has its own way of; what is `nil` is as the service is set.
public struct EndpointOptions: Sendable, Equatable {
    /// Whether the events of one session go out one after another, in order.
    public var ordered: Bool
    /// For a whole attempt.
    public var timeout: Duration?
    /// The delays after attempts 1, 2, …
    public var retrySchedule: [Duration]?
    /// The most attempts that begin in a second.
    public var rateLimit: Int?
    /// How webhooks are signed.
    public var signature: SignatureScheme
    /// Header fields that every webhook carries beside its own, in this order.
    public var headers: [EndpointHeader]
    /// Whom to trust, and who to be, when connecting.
    public var tls: EndpointTLS?

    /// What ``timeout`` may be.
    public static let timeouts: ClosedRange<Duration> = .seconds(1) ... .seconds(60)
    /// What each delay of ``retrySchedule`` may be.
    public static let retryDelays: ClosedRange<Duration> = .seconds(1) ... .seconds(72 * 3600)
    /// How many delays ``retrySchedule`` may have; with none there is one attempt.
    public static let maximumRetries = 20
    /// What ``rateLimit`` may be.
    public static let rateLimits = 1...1000

    /// Options; the defaults are the service's.
    public init(
        ordered: Bool = false, timeout: Duration? = nil, retrySchedule: [Duration]? = nil, rateLimit: Int? = nil,
        signature: SignatureScheme = .v1, headers: [EndpointHeader] = [], tls: EndpointTLS? = nil
    ) {
        self.ordered = ordered
        self.timeout = timeout
        self.retrySchedule = retrySchedule
        self.rateLimit = rateLimit
        self.signature = signature
        self.headers = headers
        self.tls = tls
    }
}

/// How the webhooks of an endpoint are signed.
public enum SignatureScheme: String, Sendable, CaseIterable {
    /// HMAC-SHA256 under the endpoint's secret.
    case v1
    /// Ed25519 under the endpoint's own key, beside `v1`: who verifies it needs no secret.
    case v1a
}

/// A header field that every webhook to an endpoint carries.
public struct EndpointHeader: Sendable, Equatable {
    /// Its name, as it is sent.
    public let name: String
    /// Its value.
    public let value: String
    /// Whether the value is never shown.
    public let isSecret: Bool

    /// A header field.
    public init(name: String, value: String, isSecret: Bool) {
        self.name = name
        self.value = value
        self.isSecret = isSecret
    }
}

/// Whom to trust, and who to be, when connecting to an endpoint.
public struct EndpointTLS: Sendable, Equatable {
    /// Certificates (PEM) that are trusted in place of the system's.
    public let certificateAuthorities: String?
    /// The client certificate, for a receiver that asks for one.
    public let identity: Identity?

    /// A client certificate and its key.
    public struct Identity: Sendable, Equatable {
        /// The certificate and the intermediates after it (PEM).
        public let certificateChain: String
        /// The private key (PEM). It is never shown.
        public let privateKey: String

        /// A client certificate and its key.
        public init(certificateChain: String, privateKey: String) {
            self.certificateChain = certificateChain
            self.privateKey = privateKey
        }
    }

    /// TLS settings.
    public init(certificateAuthorities: String? = nil, identity: Identity? = nil) {
        self.certificateAuthorities = certificateAuthorities
        self.identity = identity
    }
}
