import Logging
import Synchronization

/// Tells once when Marksign stops answering well, and once when it does again: a line for each poll would drown both.
final class OutageLog: Sendable {
    /// So many faults in a row are told of.
    private static let tolerated = 3

    private let faultsInARow = Mutex(0)
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    func faulted(_ reason: String) {
        let count = faultsInARow.withLock { count in
            count += 1
            return count
        }
        guard count == Self.tolerated else { return }
        logger.warning("Marksign does not answer well; sessions wait", metadata: ["fault": "\(reason)"])
    }

    func answered() {
        let before = faultsInARow.withLock { count in
            defer { count = 0 }
            return count
        }
        if before >= Self.tolerated { logger.notice("Marksign answers again", metadata: ["faults": "\(before)"]) }
    }
}
