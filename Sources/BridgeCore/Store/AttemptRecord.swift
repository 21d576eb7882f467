/// The write after an attempt.
public struct AttemptRecord: Sendable, Equatable {
    /// The attempt.
    public let attempt: Attempt
    /// Of which delivery.
    public let deliveryID: DeliveryID
    /// The state of the delivery that the attempt began with.
    public let fence: Int
    /// What follows.
    public let decision: RetryPolicy.Decision
    /// An endpoint that has only failed since then, or longer, is disabled.
    public let failingCutoff: Timestamp

    /// The write after an attempt.
    public init(
        attempt: Attempt, deliveryID: DeliveryID, fence: Int, decision: RetryPolicy.Decision, failingCutoff: Timestamp
    ) {
        self.attempt = attempt
        self.deliveryID = deliveryID
        self.fence = fence
        self.decision = decision
        self.failingCutoff = failingCutoff
    }
}

/// What an attempt's record changed.
public struct AttemptConsequence: Sendable, Equatable {
    /// Whether what was decided holds; otherwise something else was decided about the delivery meanwhile.
    public let followed: Bool
    /// Why the endpoint was disabled, when this attempt did it.
    public let disabled: DisabledReason?

    /// What a record changed.
    public init(followed: Bool, disabled: DisabledReason? = nil) {
        self.followed = followed
        self.disabled = disabled
    }
}
