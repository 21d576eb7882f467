/// The write after an attempt.
public struct AttemptRecord: Sendable, Equatable {
    /// The attempt.
    public let attempt: Attempt
    /// Of which delivery.
    public let deliveryID: DeliveryID
    /// The state of the delivery that the attempt began with.
    public let fence: Int
    /// The epoch of the endpoint that the attempt was made to.
    public let endpointEpoch: Int
    /// What follows.
    public let decision: RetryPolicy.Decision
    /// An endpoint that has only failed since then, or longer, is disabled.
    public let failingCutoff: Timestamp

    /// The write after an attempt.
    public init(
        attempt: Attempt, deliveryID: DeliveryID, fence: Int, endpointEpoch: Int, decision: RetryPolicy.Decision,
        failingCutoff: Timestamp
    ) {
        self.attempt = attempt
        self.deliveryID = deliveryID
        self.fence = fence
        self.endpointEpoch = endpointEpoch
        self.decision = decision
        self.failingCutoff = failingCutoff
    }
}

/// How a delivery and its endpoint stand after an attempt's record.
public struct AttemptConsequence: Sendable, Equatable {
    /// When the delivery is to be tried again, whoever decided that; `nil` when it is not pending.
    public let nextAttemptAt: Timestamp?
    /// Why the endpoint was disabled, when this attempt did it.
    public let disabled: DisabledReason?

    /// What stands after a record.
    public init(nextAttemptAt: Timestamp?, disabled: DisabledReason? = nil) {
        self.nextAttemptAt = nextAttemptAt
        self.disabled = disabled
    }
}
