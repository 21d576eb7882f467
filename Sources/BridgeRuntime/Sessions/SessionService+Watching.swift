import BridgeCore
import Failpoints
import Logging
import Marksign
import Synchronization

extension SessionService {
    /// Performs one effect of the machine, and tells it how that went.
    func perform(_ effect: WatcherEffect) async {
        switch effect {
        case .poll(let handle, let session):
            guard let token = session.token else { return }
            let began = environment.now()
            let (reply, lease) = await upstream.status(of: token, kind: session.kind, method: session.method)
            Failpoint.hit(.pollAnswered)
            note(reply, of: session, began: began)
            if case .completed = reply, let lease { leases.withLock { $0[handle] = lease } }
            drive { $0.polled(handle, reply, at: $1) }
        case .remove(let handle, let session):
            guard let token = session.token else { return }
            let began = environment.now()
            let reply = await upstream.remove(token, method: session.method)
            Failpoint.hit(.removalAnswered)
            metrics.sent(.remove, took: environment.now().tick - began.tick)
            drive { $0.removalEnded(handle, reply, at: $1) }
        case .end(let handle, let session, let outcome):
            defer { leases.withLock { $0[handle] = nil } }
            guard await commit(outcome, of: session) else { return }
            drive { watcher, _ in watcher.forget(handle) }
            waiters.notify(session.id)
        case .grantStart, .refuseStart:
            preconditionFailure("Permits are given where the machine is driven")
        }
    }

    /// Commits an outcome with its event and deliveries, however long the store takes. `false`: it did not before the
    /// process ends; the session is open on disk, and the next process polls it again.
    func commit(_ outcome: Outcome, of session: Session, answer: KeptAnswer? = nil) async -> Bool {
        let time = environment.now().wall
        let commit = FinalCommit(
            outcome, of: session, at: time, eventID: environment.identifier(), publicURL: settings.publicURL,
            answer: answer, makeDeliveryID: { [environment] in environment.identifier() })
        let due = await untilStored { store throws(StoreError) in
            for (index, chunk) in commit.fileChunks.enumerated() {
                try await store.writeFileChunk(chunk, index: index, of: session.id, epoch: session.epoch)
                Failpoint.hit(.fileChunkStored)
            }
            if !commit.fileChunks.isEmpty { Failpoint.hit(.fileStored) }
            return try await store.end(commit.ending)
        }
        guard let due else { return false }
        Failpoint.hit(.outcomeStored)
        if let due {
            told(outcome, of: session, at: time)
            deliveries.wake(due)
        } else {
            logger.warning("A final write came too late", metadata: ["session.id": "\(session.id)"])
        }
        return true
    }

    /// Repeats a write until it is stored. `nil` when the store is damaged or the process ends.
    func untilStored<Value: Sendable>(
        _ write: (any Store) async throws(StoreError) -> Value
    ) async -> Value? {
        var retry = WriteRetry()
        while true {
            do {
                let value = try await write(store)
                alarms.set(.storeFailing, false)
                return value
            } catch {
                refused(error)
                guard await retry.isDue(after: error) else { return nil }
            }
        }
    }

    /// The store refused a write: somebody must know, and when it is damaged the process ends.
    func refused(_ error: StoreError) {
        alarms.set(.storeFailing, true, ["reason": "\(error)"])
        if case .fatal = error { stop(because: error) }
    }

    private func note(_ reply: PollReply, of session: Session, began: Moment) {
        metrics.polled(reply, took: environment.now().tick - began.tick)
        switch reply {
        case .unauthorized(let code):
            alarms.set(.upstreamUnauthorized, true, ["upstream_code": "\(code.map(String.init) ?? "none")"])
        case .fault(let fault, let code, _):
            outage.faulted(fault.label)
            logger.debug(
                "Poll failed",
                metadata: [
                    "session.id": "\(session.id)", "fault": "\(fault)",
                    "upstream_code": "\(code.map(String.init) ?? "none")",
                ])
        case .waiting, .completed, .invalidResult, .ended, .notFound, .rejected:
            outage.answered()
            alarms.set(.upstreamUnauthorized, false)
        }
    }

    private func told(_ outcome: Outcome, of session: Session, at time: Timestamp) {
        metrics.ended(outcome)
        if let alarm = outcome.alarm { alarms.raise(alarm, ["session.id": "\(session.id)"]) }
        logger.info(
            "Session ended",
            metadata: [
                "session.id": "\(session.id)", "status": "\(outcome.status.rawValue)",
                "code": "\(outcome.error?.code.rawValue ?? "none")",
                "duration_ms": "\((time - session.createdAt).wholeMilliseconds)",
            ])
    }
}
