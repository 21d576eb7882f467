#if DEBUG
    import Glibc
    import Synchronization
#endif

/// A place where a test can kill the process, or stop it: where a crash would hurt most.
///
/// A debug build does so when `MARKSIGN_BRIDGE_FAILPOINT` names the place: `webhookAnswered` the first time that it is
/// reached, `webhookAnswered:3` the third time, `webhookAnswered:3:stop` with SIGSTOP in place of SIGKILL. A release
/// build has none of this: ``hit(_:)`` is empty there.
public enum Failpoint: Sendable {
    /// The open sessions are taken over, and nothing has become of them.
    case sessionsAdopted
    /// A start is about to be stored as starting.
    case startAccepted
    /// It is stored, and not sent.
    case startStored
    /// Marksign has answered it, and its token is not stored.
    case startAnswered
    /// The session is pending on disk, and its client has no answer.
    case startCompleted
    /// The answer to a poll is here, and nothing of it is stored.
    case pollAnswered
    /// A part of a signed file is stored.
    case fileChunkStored
    /// The whole file is stored, and the outcome is not.
    case fileStored
    /// The outcome, its event and its deliveries are stored, and no delivery is under way.
    case outcomeStored
    /// The wish to cancel is stored, and Marksign does not know.
    case cancelStored
    /// Marksign has removed a session, and the store does not know.
    case removalAnswered
    /// A receiver has answered, and the attempt is not on record.
    case webhookAnswered
    /// The attempt is on record.
    case attemptRecorded
    /// A part of a recovery is stored, and not sent.
    case recoveryContinued
    /// A part of the store is sealed anew.
    case resealed
    /// The statements of a transaction have run, and it is not committed.
    case transactionWritten
    /// A transaction is committed, and nobody was told.
    case transactionCommitted

    /// Kills or stops the process if that is wanted here.
    @inlinable
    public static func hit(_ point: Failpoint) {
        #if DEBUG
            reach(point)
        #endif
    }

    #if DEBUG
        private static let wish: [Substring] = {
            let text = getenv("MARKSIGN_BRIDGE_FAILPOINT").map { String(cString: $0) } ?? ""
            return text.split(separator: ":")
        }()
        private static let count = Atomic(0)

        @usableFromInline
        static func reach(_ point: Failpoint) {
            guard let name = wish.first, name == "\(point)" else { return }
            let turn = wish.count > 1 ? Int(wish[1]) : 1
            guard count.add(1, ordering: .relaxed).newValue == turn else { return }
            kill(getpid(), wish.last == "stop" ? SIGSTOP : SIGKILL)
        }
    #endif
}
