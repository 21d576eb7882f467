/// Where a session stands.
public enum SessionStatus: String, Sendable, CaseIterable {
    /// Committed before its start is sent. The API never shows it: after a crash it becomes ``unknown``.
    case starting
    /// Open at Marksign, and polled.
    case pending
    /// Ended with a signature.
    case completed
    /// Ended without one.
    case failed
    /// Ended by its client.
    case cancelled
    /// Ended, and the bridge could not find out how: the signature may exist.
    case unknown

    /// Whether the session has ended. A final status never changes.
    public var isFinal: Bool {
        switch self {
        case .starting, .pending: false
        case .completed, .failed, .cancelled, .unknown: true
        }
    }
}
