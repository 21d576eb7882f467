import BridgeCore
import BridgeRuntime
import BridgeServer
import Marksign
import Synchronization

/// The sessions' service as the API sees it, over a real store and without Marksign.
final class FakeSessions: SessionOperations {
    private let store: any Store
    private let environment: BridgeRuntime.Environment
    private let answers = SessionAnswers(publicURL: nil)
    private let state = Mutex(State())

    private struct State {
        var commands: [StartCommand] = []
        var result: StartResult?
        var cuts = false
    }

    init(store: any Store, environment: BridgeRuntime.Environment) {
        self.store = store
        self.environment = environment
    }

    /// What was asked to start.
    var commands: [StartCommand] { state.withLock { $0.commands } }

    /// What starts come to from now on; `nil`: they succeed.
    func answerStarts(with result: StartResult?) {
        state.withLock { $0.result = result }
    }

    /// From now on, what is cancelled does not end in time.
    func interruptCancels() {
        state.withLock { $0.cuts = true }
    }

    func start(_ command: StartCommand) async -> StartResult {
        let result = state.withLock { state in
            state.commands.append(command)
            return state.result
        }
        if let result { return result }
        var session = session(command.payload.kind, command.clientID, token: nil, status: .starting)
        do {
            let begun = try await store.beginStart(session, key: command.key, at: session.createdAt)
            if case .notFree(let state) = begun { return .keyNotFree(state) }
            session.status = .pending
            session.token = SessionToken("token-\(session.id)")
            session.controlCode = "1234"
            let answer = answers.started(session)
            return try await store.completeStart(session, answer: answer) ? .answered(answer) : .storeUnavailable
        } catch {
            return .storeUnavailable
        }
    }

    func watch(
        _ token: SessionToken, kind: SigningKind, method: SigningMethod, client: ClientID, metadata: Metadata,
        key: IdempotencyKey?
    ) async throws(StoreError) -> WatchAnswer {
        let session = session(kind, client, token: token, status: .pending)
        let answer = answers.started(session)
        switch try await store.watch(session, key: key, answer: answer, at: session.createdAt) {
        case .done(.watching): return .answered(answer)
        case .done(.exists(let id)): return .exists(id)
        case .done(.inUse): return .inUse
        case .notFree(let state): return .keyNotFree(state)
        }
    }

    func cancel(_ id: SessionID, client: ClientID) async throws(StoreError) -> CancelAnswer {
        let time = environment.now().wall
        guard let session = try await store.requestCancel(id, client: client, at: time) else { return .notFound }
        if session.status.isFinal { return .final(session) }
        if state.withLock({ $0.cuts }) { return .interrupted }
        try await end(session, .cancelled)
        return try await store.session(id, client: client).map { .cancelled($0) } ?? .notFound
    }

    func session(_ id: SessionID, client: ClientID, waitingUpTo: Duration) async throws(StoreError) -> Session? {
        try await store.session(id, client: client)
    }

    /// Ends a session, with the file's bytes when there is one.
    func end(_ session: Session, _ outcome: Outcome, content: [UInt8] = []) async throws(StoreError) {
        let time = environment.now().wall
        let result: SessionResult? =
            if case .completed(let signed) = outcome { SessionResult(signed) } else { nil }
        var file: SignedFile?
        if case .document(let record) = result { file = record.file }
        let chunks = stride(from: 0, to: content.count, by: StoredFile.chunkSize).map { start in
            content[start..<min(start + StoredFile.chunkSize, content.count)]
        }
        for (index, chunk) in chunks.enumerated() {
            try await store.writeFileChunk(chunk, index: index, of: session.id, epoch: session.epoch)
        }
        let event = Event.ended(
            session, outcome, file: file, at: time, id: environment.identifier(), publicURL: nil)
        _ = try await store.end(
            SessionEnding(
                sessionID: session.id, epoch: session.epoch, status: outcome.status, endedAt: time, result: result,
                error: outcome.error, event: event, fileChunks: chunks.count,
                makeDeliveryID: { [environment] in environment.identifier() }))
    }

    private func session(
        _ kind: SigningKind, _ client: ClientID, token: SessionToken?, status: SessionStatus
    ) -> Session {
        let time = environment.now().wall
        return Session(
            id: environment.identifier(), clientID: client, kind: kind, method: .smartID, status: status,
            token: token, createdAt: time, expiresAt: time + .seconds(180))
    }
}
