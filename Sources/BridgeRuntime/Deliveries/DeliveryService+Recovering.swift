import BridgeCore

extension DeliveryService {
    /// Sends what recoveries ask for, in parts, so that other writes get their turns.
    func performRecoveries() async {
        for await _ in recoveries {
            var wait = Duration.milliseconds(100)
            while !Task.isCancelled {
                do {
                    let due = try await store.continueRecoveries(
                        limit: 500, at: environment.now().wall,
                        makeDeliveryID: { [environment] in environment.identifier() })
                    alarms.set(.storeFailing, false)
                    wait = .milliseconds(100)
                    guard let due else { break }
                    wake(due)
                } catch {
                    guard await pause(after: error, &wait) else { return }
                }
            }
        }
    }
}
