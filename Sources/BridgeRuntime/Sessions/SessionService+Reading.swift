import BridgeCore
import Failpoints
import Marksign

extension SessionService {
    /// Watches a session that was started elsewhere. It is polled at once.
    public func watch(
        _ token: SessionToken, kind: SigningKind, method: SigningMethod, client: ClientID, metadata: Metadata,
        key: IdempotencyKey?
    ) async throws(StoreError) -> WatchAnswer {
        let now = environment.now()
        let generation = generation
        let session = Session(
            id: environment.identifier(), clientID: client, kind: kind, method: method, status: .pending,
            token: token, createdAt: now.wall, expiresAt: now.wall + settings.rules.timeout, metadata: metadata)
        let answer = answers.started(session)
        let watched: Keyed<WatchResult>
        do {
            watched = try await store.watch(session, key: key, answer: answer, at: now.wall)
        } catch {
            refused(error)
            throw error
        }
        switch watched {
        case .notFree(let state): return .keyNotFree(state)
        case .done(.exists(let id)): return .exists(id)
        case .done(.inUse): return .inUse
        case .done(.watching):
            open(session, startedElsewhere: true, of: generation)
            return .answered(answer)
        }
    }

    /// A session, when it is final or that long has passed; `nil` when there is none.
    public func session(
        _ id: SessionID, client: ClientID, waitingUpTo limit: Duration
    ) async throws(StoreError) -> Session? {
        if limit <= .zero { return try await store.session(id, client: client) }
        let early = try await waiters.wait(for: id, atMost: limit) { () throws(StoreError) -> (Bool, Session?) in
            let session = try await store.session(id, client: client)
            return (session?.status.isFinal ?? true, session)
        }
        if let early { return early }
        return try await store.session(id, client: client)
    }

    /// Cancels a session: the intent is on disk first, then it is removed at Marksign and polled one last time.
    public func cancel(_ id: SessionID, client: ClientID) async throws(StoreError) -> CancelAnswer {
        let now = environment.now()
        guard let session = try await store.requestCancel(id, client: client, at: now.wall) else { return .notFound }
        if session.status.isFinal { return .final(session) }
        Failpoint.hit(.cancelStored)
        let early = try await waiters.wait(for: id, atMost: settings.cancelPatience) {
            () throws(StoreError) -> (Bool, Session?) in
            drive { $0.cancel(id, at: $1) }
            let session = try await store.session(id, client: client)
            return (session?.status.isFinal ?? true, session)
        }
        let present: Session? = if let early { early } else { try await store.session(id, client: client) }
        guard let ended = present else { return .notFound }
        switch ended.status {
        case .cancelled: return .cancelled(ended)
        case .completed, .failed, .unknown: return .final(ended)
        case .pending, .starting: return .interrupted
        }
    }
}
