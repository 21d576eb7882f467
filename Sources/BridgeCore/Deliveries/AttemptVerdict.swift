/// What an attempt's record changes: the one rule, whatever the store.
public struct AttemptVerdict: Sendable, Equatable {
    /// What the dispatcher is told.
    public let consequence: AttemptConsequence
    /// Whether what was decided is followed. Otherwise the attempt is counted only.
    public let isFollowed: Bool
    /// Where the delivery stands from now on.
    public let status: DeliveryStatus
    /// The endpoint's record from now on.
    public let endpointRecord: EndpointRecord

    /// The verdict on an attempt, as its delivery and its endpoint stand when it is recorded.
    public init(_ record: AttemptRecord, _ standing: DeliveryStanding) {
        let isDelivered = record.decision == .delivered
        // With another epoch, what was tried is not the endpoint as it is now.
        let isOfEndpoint = standing.epoch == record.endpointEpoch
        isFollowed =
            isDelivered
            ? [.pending, .held, .abandoned].contains(standing.status)
            : isOfEndpoint && standing.status == .pending && standing.fence == record.fence
        let signal = record.attempt.result.signal(at: record.attempt.endedAt)
        endpointRecord =
            isOfEndpoint && (isFollowed || isDelivered)
            ? standing.record.adding(signal, at: record.attempt.endedAt) : standing.record

        var disabled: DisabledReason?
        if isFollowed, standing.isEnabled {
            switch (record.decision, signal) {
            case (.gone, _): disabled = .gone
            case (_, .failed) where endpointRecord.isHopeless(since: record.failingCutoff): disabled = .failing
            default: break
            }
        }
        var nextAttemptAt: Timestamp?
        if !isFollowed {
            // Who decided otherwise meanwhile, or asked for another try, does not wait for the old schedule.
            nextAttemptAt = standing.retryAt.map { min($0, record.attempt.endedAt) }
        } else if case .retry(let time) = record.decision, disabled == nil {
            nextAttemptAt = time
        }
        consequence = AttemptConsequence(nextAttemptAt: nextAttemptAt, disabled: disabled)
        status =
            switch record.decision {
            case _ where !isFollowed: standing.status
            case .retry: nextAttemptAt == nil ? .held : .pending
            case .delivered: .delivered
            case .failed, .gone: .failed
            }
    }
}
