import BridgeCore
import Failpoints
import Logging

extension DeliveryService {
    /// Makes one attempt, and tells the machine what it leaves to do.
    func attempt(_ id: DeliveryID) async {
        let ending = await attempted(id)
        drive { $0.attempted(id, retryAt: ending.retryAt, signal: ending.signal, lane: ending.lane, at: $1) }
    }

    /// What an attempt leaves to do.
    private struct Ending {
        var retryAt: Timestamp?
        var signal = EndpointSignal.none
        var lane: DeliveryLane?
    }

    /// Makes one attempt.
    private func attempted(_ id: DeliveryID) async -> Ending {
        let work: DeliveryWork
        do {
            guard let found = try await store.work(for: id) else { return Ending() }
            work = found
        } catch {
            logger.error("A delivery could not be read", metadata: ["delivery.id": "\(id)", "reason": "\(error)"])
            return Ending(retryAt: environment.now().wall + .seconds(5))
        }
        let began = environment.now()
        let result = await sender.send(work, at: began.wall)
        Failpoint.hit(.webhookAnswered)
        let ended = environment.now()
        let attempt = Attempt(
            id: environment.identifier(), number: work.attemptCount + 1, startedAt: began.wall,
            durationMilliseconds: Int((ended.tick - began.tick).wholeMilliseconds), result: result)
        let policy = work.endpoint.options.retrySchedule.map(RetryPolicy.init) ?? settings.policy
        let decision = policy.decide(
            after: work.countedAttempts + 1, result, at: ended.wall, jitter: environment.unit())
        tell(attempt, of: work, decision)
        let consequence = await record(
            AttemptRecord(
                attempt: attempt, deliveryID: id, fence: work.fence, endpointEpoch: work.endpoint.epoch,
                decision: decision, failingCutoff: ended.wall - settings.disableAfter))
        Failpoint.hit(.attemptRecorded)
        if let reason = consequence.disabled { disabled(work.endpoint, because: reason) }
        return Ending(
            retryAt: consequence.nextAttemptAt, signal: result.signal(at: ended.wall), lane: work.endpoint.lane)
    }

    /// Stores an attempt, however long that takes. When the process ends first, the delivery is pending on disk, and is
    /// sent once more.
    private func record(_ record: AttemptRecord) async -> AttemptConsequence {
        let unknown = AttemptConsequence(nextAttemptAt: nil)
        var wait = Duration.milliseconds(100)
        while true {
            do {
                let consequence = try await store.record(record)
                alarms.set(.storeFailing, false)
                return consequence
            } catch {
                guard await pause(after: error, &wait) else { return unknown }
            }
        }
    }
}
