import BridgeCore
import BridgeRuntime
import HTTPTypes
import Hummingbird
import Marksign

/// The operations on sessions.
struct SessionRoutes: Sendable {
    let api: APIDependencies

    var routes: [Route] {
        [
            Route(
                .post, "/v1/sessions", "createSession", body: .required(limit: api.limits.maximumRequestBytes), create),
            Route(.get, "/v1/sessions", "listSessions", query: ["status", "kind", "limit", "cursor"], list),
            Route(.get, "/v1/sessions/{id}", "getSession", query: ["wait"], get),
            Route(.delete, "/v1/sessions/{id}", "eraseSession", erase),
            Route(.post, "/v1/sessions/{id}/cancel", "cancelSession", body: .optional, cancel),
            Route(.get, "/v1/sessions/{id}/file", "getSessionFile", FileDownload(store: api.store).respond),
        ]
    }

    private func create(_ call: APICall) async throws -> Response {
        let maximumFileBytes = api.limits.maximumFileBytes
        let request = try await call.decoded { json throws(Problem) in
            try SessionRequest(json, maximumFileBytes: maximumFileBytes)
        }
        switch request {
        case .start(let method, let signer, let payload, let metadata):
            let command = StartCommand(
                clientID: call.client, method: method, signer: signer, payload: payload, metadata: metadata,
                key: call.key, requestID: call.requestID)
            return try answer(await api.sessions.start(command))
        case .watch(let token, let kind, let method, let metadata):
            return try answer(
                await api.sessions.watch(
                    token, kind: kind, method: method, client: call.client, metadata: metadata, key: call.key))
        }
    }

    private func answer(_ result: StartResult) throws -> Response {
        switch result {
        case .answered(let answer): return .kept(answer)
        case .upstreamUnauthorized(let code): throw Problem(.upstreamUnauthorized).caused(by: code)
        case .upstreamError(let code): throw Problem(.upstreamError).caused(by: code)
        case .unavailable(let retryAfter):
            // Rounded up: never before the time.
            let seconds = max(1, (retryAfter.wholeMilliseconds + 999) / 1000)
            throw Problem(.upstreamUnavailable).with(.retryAfter, "\(seconds)")
        case .keyNotFree(let state): return try Idempotency.answer(state)
        case .storeUnavailable: throw Problem.storeUnavailable
        }
    }

    private func answer(_ result: WatchAnswer) throws -> Response {
        switch result {
        case .answered(let answer): return .kept(answer)
        case .exists(let id): throw Problem(.sessionExists).about(id)
        case .inUse: throw Problem(.tokenInUse)
        case .keyNotFree(let state): return try Idempotency.answer(state)
        }
    }

    private func list(_ call: APICall) async throws -> Response {
        let shown = SessionStatus.allCases.filter { $0 != .starting }
        let filter = SessionFilter(
            status: try call.query.choice("status", from: shown),
            kind: try call.query.choice("kind", from: SigningKind.allCases)?.rawValue)
        let page = try await api.store.sessions(filter, client: call.client, page: call.page(of: SessionID.self))
        return .json(page.json { $0.writeMembers(to: &$1, publicURL: api.publicURL) })
    }

    private func get(_ call: APICall) async throws -> Response {
        let id: SessionID = try call.identifier()
        let wait = try call.query.integer("wait", in: 0...60) ?? 0
        let session = try await api.sessions.session(id, client: call.client, waitingUpTo: .seconds(wait))
        guard let session else { throw Problem(.notFound) }
        return .json(session.json(publicURL: api.publicURL))
    }

    private func erase(_ call: APICall) async throws -> Response {
        let id: SessionID = try call.identifier()
        guard let session = try await api.store.erase(id, client: call.client, at: call.time) else {
            throw Problem(.notFound)
        }
        guard session.status.isFinal else { throw Problem(.sessionPending).about(id) }
        return Response(status: .noContent)
    }

    /// Cancelling takes several commits, so its key is reserved first and settled last.
    private func cancel(_ call: APICall) async throws -> Response {
        let id: SessionID = try call.identifier()
        try call.checkNoFields()
        guard let key = call.key else { return try answer(await api.sessions.cancel(id, client: call.client), id) }
        let state = try await api.store.reserve(key, at: call.time)
        guard state == .free else { return try Idempotency.answer(state) }
        do {
            let result = try await api.sessions.cancel(id, client: call.client)
            let kept: KeptAnswer? =
                if case .cancelled(let session) = result { cancelled(session) } else { nil }
            try await api.store.settle(key, kept)
            return try answer(result, id)
        } catch let error as StoreError {
            try? await api.store.settle(key, nil)
            throw error
        }
    }

    private func cancelled(_ session: Session) -> KeptAnswer {
        KeptAnswer(status: 200, body: session.json(publicURL: api.publicURL))
    }

    private func answer(_ result: CancelAnswer, _ id: SessionID) throws -> Response {
        switch result {
        case .cancelled(let session): return .kept(cancelled(session))
        case .final: throw Problem(.sessionFinal).about(id)
        case .interrupted:
            throw Problem(.cancelUnfinished, "The intent is recorded and will be carried out.").about(id)
                .with(.retryAfter, "5")
        case .notFound: throw Problem(.notFound)
        }
    }
}
