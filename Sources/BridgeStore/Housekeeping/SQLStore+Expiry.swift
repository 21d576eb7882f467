import BridgeCore
import Synchronization

extension SQLStore {
    /// Removes what is over for longer than it is kept: at most `limit` of each kind.
    ///
    /// What has to go is looked for by a reader, and checked again by the write that removes it. When anything was
    /// removed, the log is emptied, so that it is in no file any more. What another transaction has locked waits for
    /// the next time.
    public func expire(
        _ retention: Retention, at time: Timestamp, limit: Int
    ) async throws(StoreError) -> Expired {
        let cut = Cutoffs(retention, at: time, limit: limit)
        var expired = Expired()
        expired.undelivered = try await expireUndelivered(cut)
        let sessions = try await expireSessions(cut)
        expired.sessions = sessions.removed
        expired.undelivered += sessions.undelivered
        expired.undelivered += try await expireTests(cut)
        expired.files = try await expireFiles(cut)
        expired.answers = try await expireAnswers(at: time, limit: limit)
        try await expireEndpoints(cut)
        try await removeUnwantedChunks()
        if expired != Expired() { mustEmptyLog.withLock { $0 = true } }
        let mustEmpty = mustEmptyLog.withLock { must in
            defer { must = false }
            return must
        }
        if mustEmpty { await engine.emptyLog() }
        return expired
    }
}
