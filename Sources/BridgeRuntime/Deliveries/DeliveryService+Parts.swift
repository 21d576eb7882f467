import BridgeCore
import Failpoints

extension DeliveryService {
    /// Does what is recorded to be done in parts, so that other writes get their turns.
    func performParts() async {
        for await _ in parts {
            await untilDone { store, now throws(StoreError) in
                try await store.alignDeliveries(limit: 500, at: now.wall)
            }
            await untilDone { [environment] store, now throws(StoreError) in
                let due = try await store.continueRecoveries(
                    limit: 500, at: now.wall, makeDeliveryID: { environment.identifier() })
                if due != nil { Failpoint.hit(.recoveryContinued) }
                return due
            }
        }
    }

    /// Repeats a step, and wakes what it made due, until it says that nothing is left.
    private func untilDone(
        _ step: @Sendable (any Store, Moment) async throws(StoreError) -> [DueDelivery]?
    ) async {
        var retry = WriteRetry()
        while !Task.isCancelled {
            do {
                let due = try await step(store, environment.now())
                alarms.set(.storeFailing, false)
                retry = WriteRetry()
                guard let due else { return }
                wake(due)
            } catch {
                refused(error)
                guard await retry.isDue(after: error) else { return }
            }
        }
    }
}
