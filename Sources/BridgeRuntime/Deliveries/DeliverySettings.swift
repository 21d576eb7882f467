import BridgeCore

/// What is set of deliveries.
public struct DeliverySettings: Sendable {
    /// When a delivery is tried again.
    public var policy: RetryPolicy
    /// For a whole attempt: name lookup, connecting, sending, the answer.
    public var timeout: Duration
    /// How long an endpoint may fail every attempt before it is disabled.
    public var disableAfter: Duration
    /// Where webhooks may go.
    public var rules: WebhookRules
    /// How much is attempted at once.
    public var limits: DispatchLimits

    /// Settings.
    public init(policy: RetryPolicy, timeout: Duration, disableAfter: Duration, rules: WebhookRules) {
        self.policy = policy
        self.timeout = timeout
        self.disableAfter = disableAfter
        self.rules = rules
        let longest = max(
            policy.schedule.max() ?? .zero, EndpointOptions.retryDelays.upperBound, RetryPolicy.maximumRetryAfter)
        limits = DispatchLimits(longestWait: longest * (1 + RetryPolicy.maximumJitter))
    }
}
