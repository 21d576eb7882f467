import BridgeCore
import BridgeRuntime
import Hummingbird
import StandardWebhooks

/// What is done with an endpoint: new keys, a test, and sending what it has not had.
struct EndpointActionRoutes: Sendable {
    let api: APIDependencies
    private let idempotency: Idempotency

    private static let recoveryLimit = 1024

    init(api: APIDependencies) {
        self.api = api
        idempotency = Idempotency(store: api.store)
    }

    var routes: [Route] {
        [
            Route(.post, "/v1/endpoints/{id}/rotate-secret", "rotateEndpointSecret", body: .optional, rotateSecret),
            Route(.post, "/v1/endpoints/{id}/test", "testEndpoint", body: .optional, test),
            Route(
                .post, "/v1/endpoints/{id}/recover", "recoverEndpoint", body: .required(limit: Self.recoveryLimit),
                recover),
        ]
    }

    private func rotateSecret(_ call: APICall) async throws -> Response {
        let request = try RotationRequest(call.optionalBody())
        if let replay = try await idempotency.replay(call) { return replay }
        let endpoint = try await api.endpoint(of: call)
        let keys = SigningKeys.generate()
        let answer = KeptAnswer(status: 200, body: endpoint.json(secret: keys.secret, publicURL: api.publicURL))
        let rotated = try await api.store.rotateKeys(
            endpoint.id, client: call.client, to: keys, overlapUntil: call.time + request.overlap, at: call.time,
            key: call.key, answer: answer)
        switch rotated {
        case .done(true): return .kept(answer)
        case .done(false): throw Problem(.notFound)
        case .notFree(let state): return try Idempotency.answer(state)
        }
    }

    private func test(_ call: APICall) async throws -> Response {
        let id: EndpointID = try call.identifier()
        try call.checkNoFields()
        if let replay = try await idempotency.replay(call) { return replay }
        let event = Event.test(of: id, client: call.client, at: call.time, id: api.environment.identifier())
        let delivery: DeliveryID = api.environment.identifier()
        let answer = KeptAnswer(accepting: delivery, of: event.id, publicURL: api.publicURL)
        let sent = try await api.store.sendEvent(
            event, to: id, delivery: delivery, key: call.key, answer: answer)
        switch sent {
        case .done(let due?):
            api.wake(due)
            return .kept(answer)
        case .done(nil): throw Problem(.notFound)
        case .notFree(let state): return try Idempotency.answer(state)
        }
    }

    private func recover(_ call: APICall) async throws -> Response {
        let id: EndpointID = try call.identifier()
        let request = try await call.decoded { json throws(Problem) in try RecoveryRequest(json) }
        if let replay = try await idempotency.replay(call) { return replay }
        let recovery = Recovery(endpointID: id, since: request.since, until: call.time)
        guard let count = try await api.store.countRecoverable(recovery, client: call.client) else {
            throw Problem(.notFound)
        }
        let answer = KeptAnswer(recovering: count)
        switch try await api.store.recover(recovery, client: call.client, key: call.key, answer: answer) {
        case .done(true):
            api.recover()
            return .kept(answer)
        case .done(false): throw Problem(.notFound)
        case .notFree(let state): return try Idempotency.answer(state)
        }
    }
}

extension SigningKeys {
    /// New keys, from the system's random numbers.
    static func generate() -> SigningKeys {
        SigningKeys(secret: WebhookSecret.generate().text, privateKey: WebhookSigningKey.generate().text)
    }
}
