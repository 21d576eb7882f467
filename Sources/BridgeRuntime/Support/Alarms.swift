import BridgeCore
import Logging
import Synchronization

/// The alarms that were raised: an error line each, and a number for the gauge of its name.
public final class Alarms: Sendable {
    private let counts = Mutex<[Alarm: Int]>([:])
    private let logger: Logger

    /// No alarms yet.
    public init(logger: Logger) {
        self.logger = logger
    }

    /// Something happened that an operator must see. The gauge counts such happenings.
    public func raise(_ alarm: Alarm, _ metadata: Logger.Metadata = [:]) {
        counts.withLock { $0[alarm, default: 0] += 1 }
        log(alarm, metadata)
    }

    /// Something is wrong, or right again. The line comes once, when it goes wrong; the gauge is 1 while it is.
    func set(_ alarm: Alarm, _ active: Bool, _ metadata: Logger.Metadata = [:]) {
        let changed = counts.withLock { counts in
            let before = counts[alarm, default: 0] > 0
            counts[alarm] = active ? 1 : 0
            return before != active
        }
        guard changed else { return }
        if active {
            log(alarm, metadata)
        } else {
            logger.notice("Alarm is over", metadata: ["alarm": "\(alarm.rawValue)"])
        }
    }

    /// The gauge of an alarm.
    public func value(of alarm: Alarm) -> Int {
        counts.withLock { $0[alarm, default: 0] }
    }

    private func log(_ alarm: Alarm, _ metadata: Logger.Metadata) {
        logger.error("Alarm", metadata: metadata.merging(["alarm": "\(alarm.rawValue)"]) { _, new in new })
    }
}
