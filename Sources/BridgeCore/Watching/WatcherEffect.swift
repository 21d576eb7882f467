import Marksign

/// What the watcher wants done. The shell does it and tells how it went.
public enum WatcherEffect: Sendable {
    /// Ask Marksign for the session's status; then ``Watcher/polled(_:_:at:)``.
    case poll(WatchHandle, Session)
    /// Remove the session at Marksign; then ``Watcher/removalEnded(_:_:at:)``.
    case remove(WatchHandle, Session)
    /// Commit the outcome until it is on disk; then ``Watcher/forget(_:)``.
    case end(WatchHandle, Session, Outcome)
    /// The start may be sent now; then ``Watcher/startEnded(_:fault:at:)``.
    case grantStart(StartTicket)
    /// The start may not be sent: nothing of it reached Marksign.
    case refuseStart(StartTicket)
}

/// Names a watched session within one process.
public struct WatchHandle: Sendable, Hashable {
    let value: Int
}

/// Names a start that waits for the budget, within one process.
public struct StartTicket: Sendable, Hashable {
    let value: Int
}
