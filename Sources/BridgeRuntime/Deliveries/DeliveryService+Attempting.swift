import BridgeCore
import Failpoints
import Logging

extension DeliveryService {
    /// Makes one attempt, and tells the machine what it leaves to do.
    func attempt(_ id: DeliveryID) async {
        var flow = AttemptFlow(policy: settings.policy, disableAfter: settings.disableAfter)
        var endpoint: Endpoint?
        var step = flow.read(await read(id), at: environment.now())
        while true {
            switch step {
            case .send(let work):
                endpoint = work.endpoint
                drive { $0.sending(id, at: $1) }
                let began = environment.now()
                let result = await sender.send(work, at: began.wall)
                Failpoint.hit(.webhookAnswered)
                step = flow.sent(
                    result, from: began, to: environment.now(), id: environment.identifier(),
                    jitter: environment.unit())
                if case .record(let record) = step { tell(record.attempt, of: work, record.decision) }
            case .record(let record):
                let result = await self.record(record)
                if case .success = result { Failpoint.hit(.attemptRecorded) }
                if let endpoint, case .success(let consequence) = result, let reason = consequence.disabled {
                    disabled(endpoint, because: reason)
                }
                step = flow.recorded(result, at: environment.now())
            case .wait(let duration):
                step = flow.waited(isCut: await isCut(waiting: duration))
            case .done(let ending):
                drive { $0.attempted(id, retryAt: ending.retryAt, signal: ending.signal, lane: ending.lane, at: $1) }
                return
            }
        }
    }

    private func read(_ id: DeliveryID) async -> Result<DeliveryWork?, StoreError> {
        let result = await Result(awaiting: { () throws(StoreError) in try await store.work(for: id) })
        if case .failure(let error) = result {
            logger.error("A delivery could not be read", metadata: ["delivery.id": "\(id)", "reason": "\(error)"])
        }
        return result
    }

    private func record(_ record: AttemptRecord) async -> Result<AttemptConsequence, StoreError> {
        let result = await Result(awaiting: { () throws(StoreError) in try await store.record(record) })
        switch result {
        case .success: alarms.set(.storeFailing, false)
        case .failure(let error): refused(error)
        }
        return result
    }
}
