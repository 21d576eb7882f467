import BridgeCore

extension ModelStore {
    /// Records an attempt and what follows it. The same record once more changes nothing, and tells how things stand.
    func record(_ record: AttemptRecord) -> AttemptConsequence {
        let id = record.deliveryID
        guard let row = deliveries[id], let endpoint = endpoints[row.endpoint] else {
            return AttemptConsequence(nextAttemptAt: nil)
        }
        let standing = DeliveryStanding(
            status: row.status, fence: row.fence, nextAttemptAt: row.nextAttemptAt,
            isEnabled: endpoint.endpoint.enabled,
            epoch: world.mutation == .ignoresAddress ? record.endpointEpoch : endpoint.endpoint.epoch,
            record: endpoint.record)
        if let disabled = attempts[record.attempt.id] {
            return AttemptConsequence(nextAttemptAt: standing.retryAt, disabled: disabled)
        }
        let verdict = AttemptVerdict(record, standing)
        deliveries[id]?.attemptCount += 1
        deliveries[id]?.fence += 1
        if verdict.isFollowed {
            deliveries[id]?.status = verdict.status
            deliveries[id]?.nextAttemptAt = verdict.consequence.nextAttemptAt
            if record.attempt.result.error != .shutdown { deliveries[id]?.countedAttempts += 1 }
        } else if let time = verdict.consequence.nextAttemptAt {
            deliveries[id]?.nextAttemptAt = time
        }
        endpoints[row.endpoint]?.record = verdict.endpointRecord
        attempts[record.attempt.id] = .some(verdict.consequence.disabled)
        if let reason = verdict.consequence.disabled {
            endpoints[row.endpoint]?.endpoint.disable(because: reason)
            _ = beginAlignment(of: row.endpoint, at: record.attempt.endedAt)
        }
        world.note("recorded", id.rawValue, "\(record.decision) followed: \(verdict.isFollowed)")
        world.witness.recorded(record, of: row, endpoint.endpoint, verdict)
        return verdict.consequence
    }
}

extension Endpoint {
    fileprivate mutating func disable(because reason: DisabledReason) {
        enabled = false
        disabledReason = reason
        epoch += 1
    }
}
