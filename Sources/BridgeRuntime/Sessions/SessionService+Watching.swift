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
            guard await make(finalCommit(outcome, of: session), of: session) else { return }
            drive { watcher, _ in watcher.forget(handle) }
            waiters.notify(session.id)
        case .grantStart, .refuseStart:
            preconditionFailure("Permits are given where the machine is driven")
        }
    }

    /// Commits an outcome with its event and deliveries, however long the store takes. `false`: it did not before the
    /// process ends; the session is open on disk, and the next process polls it again.
    func make(_ commit: FinalCommit, of session: Session) async -> Bool {
        let due = await untilStored { store throws(StoreError) in
            for (index, chunk) in commit.fileChunks.enumerated() {
                try await store.writeFileChunk(chunk, index: index, of: session.id, epoch: session.epoch)
                Failpoint.hit(.fileChunkStored)
            }
            if !commit.fileChunks.isEmpty { Failpoint.hit(.fileStored) }
            return try await store.end(commit.ending)
        }
        guard let due else { return false }
        told(commit, of: session, due: due)
        return true
    }

    func finalCommit(_ outcome: Outcome, of session: Session, answer: KeptAnswer? = nil) -> FinalCommit {
        FinalCommit(
            outcome, of: session, at: environment.now().wall, eventID: environment.identifier(),
            publicURL: settings.publicURL, answer: answer,
            makeDeliveryID: { [environment] in environment.identifier() })
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
        alarms.refused(error)
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

    /// A final write is on disk. `due`: its deliveries, `nil` when another owner had ended the session.
    func told(_ commit: FinalCommit, of session: Session, due: [DueDelivery]?) {
        Failpoint.hit(.outcomeStored)
        guard let due else {
            logger.warning("A final write came too late", metadata: ["session.id": "\(session.id)"])
            return
        }
        deliveries.wake(due)
        metrics.ended(commit.outcome)
        if let alarm = commit.outcome.alarm { alarms.raise(alarm, ["session.id": "\(session.id)"]) }
        logger.info(
            "Session ended",
            metadata: [
                "session.id": "\(session.id)", "status": "\(commit.ending.status.rawValue)",
                "code": "\(commit.ending.error?.code.rawValue ?? "none")",
                "duration_ms": "\((commit.ending.endedAt - session.createdAt).wholeMilliseconds)",
            ])
    }
}
