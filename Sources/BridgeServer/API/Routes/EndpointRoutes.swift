import BridgeCore
import BridgeRuntime
import HTTPTypes
import Hummingbird
import StandardWebhooks
import StrictJSON

/// The operations on endpoints.
struct EndpointRoutes: Sendable {
    let api: APIDependencies
    private let idempotency: Idempotency

    /// How long the secret before goes on signing after a rotation.
    private static let overlap: Duration = .seconds(24 * 3600)
    /// The most endpoints that a client may have: every event goes to each of them.
    private static let maximumEndpoints = 100
    /// No request about an endpoint is larger, in bytes.
    private static let bodyLimit = 64 * 1024

    init(api: APIDependencies) {
        self.api = api
        idempotency = Idempotency(store: api.store)
    }

    var routes: [Route] {
        let body = BodyPolicy.required(limit: Self.bodyLimit)
        return [
            Route(.post, "/v1/endpoints", "createEndpoint", body: body, create),
            Route(.get, "/v1/endpoints", "listEndpoints", query: ["limit", "cursor"], list),
            Route(.get, "/v1/endpoints/{id}", "getEndpoint", get),
            Route(.patch, "/v1/endpoints/{id}", "changeEndpoint", body: body, change),
            Route(.delete, "/v1/endpoints/{id}", "deleteEndpoint", delete),
            Route(.post, "/v1/endpoints/{id}/rotate-secret", "rotateEndpointSecret", body: .optional, rotateSecret),
            Route(.post, "/v1/endpoints/{id}/test", "testEndpoint", body: .optional, test),
        ]
    }

    private func create(_ call: APICall) async throws -> Response {
        let request = try await read(call, isNew: true)
        let endpoint = Endpoint(
            id: api.environment.identifier(), clientID: call.client, url: request.url ?? "",
            events: request.events ?? .allSessions, description: request.description ?? "", createdAt: call.time)
        let secret = WebhookSecret.generate().text
        let answer = KeptAnswer(
            status: 201, location: "\(api.publicURL ?? "")/v1/endpoints/\(endpoint.id)",
            body: endpoint.json(secret: secret))
        let created = try await api.store.createEndpoint(
            endpoint, atMost: Self.maximumEndpoints, secret: secret, key: call.key, answer: answer)
        switch created {
        case .done(true): return .kept(answer)
        case .done(false):
            throw Problem(.tooManyEndpoints, "A client may have \(Self.maximumEndpoints) endpoints.")
        case .notFree(let state): return try Idempotency.answer(state)
        }
    }

    private func list(_ call: APICall) async throws -> Response {
        let page = try await api.store.endpoints(client: call.client, page: call.page(of: EndpointID.self))
        return .json(page.json { $0.writeMembers(to: &$1) })
    }

    private func get(_ call: APICall) async throws -> Response {
        .json(try await endpoint(call).json())
    }

    private func change(_ call: APICall) async throws -> Response {
        let id: EndpointID = try call.identifier()
        let request = try await read(call, isNew: false)
        let changed = try await api.store.changeEndpoint(id, client: call.client, request.change, at: call.time)
        guard let changed else { throw Problem(.notFound) }
        api.wake(changed.due)
        return .json(changed.endpoint.json())
    }

    private func delete(_ call: APICall) async throws -> Response {
        guard try await api.store.deleteEndpoint(call.identifier(), client: call.client, at: call.time) else {
            throw Problem(.notFound)
        }
        return Response(status: .noContent)
    }

    private func rotateSecret(_ call: APICall) async throws -> Response {
        try call.checkNoFields()
        if let replay = try await idempotency.replay(call) { return replay }
        let endpoint = try await endpoint(call)
        let secret = WebhookSecret.generate().text
        let answer = KeptAnswer(status: 200, body: endpoint.json(secret: secret))
        let rotated = try await api.store.rotateSecret(
            endpoint.id, client: call.client, newSecret: secret, overlapUntil: call.time + Self.overlap,
            at: call.time, key: call.key, answer: answer)
        switch rotated {
        case .done(true): return .kept(answer)
        case .done(false): throw Problem(.notFound)
        case .notFree(let state): return try Idempotency.answer(state)
        }
    }

    private func test(_ call: APICall) async throws -> Response {
        try call.checkNoFields()
        if let replay = try await idempotency.replay(call) { return replay }
        let endpoint = try await endpoint(call)
        let event = Event.test(of: endpoint.id, client: call.client, at: call.time, id: api.environment.identifier())
        let delivery: DeliveryID = api.environment.identifier()
        let answer = KeptAnswer(accepting: delivery, of: event.id, publicURL: api.publicURL)
        let sent = try await api.store.sendEvent(
            event, to: endpoint.id, delivery: delivery, key: call.key, answer: answer)
        switch sent {
        case .done(true):
            if endpoint.enabled {
                api.wake([DueDelivery(id: delivery, endpointID: endpoint.id, dueAt: call.time)])
            }
            return .kept(answer)
        case .done(false): throw Problem(.notFound)
        case .notFree(let state): return try Idempotency.answer(state)
        }
    }

    private func read(_ call: APICall, isNew: Bool) async throws(Problem) -> EndpointRequest {
        try await call.decoded { [api] json throws(Problem) in
            try EndpointRequest(json, isNew: isNew, addressFault: api.addressFault)
        }
    }

    private func endpoint(_ call: APICall) async throws -> Endpoint {
        guard let endpoint = try await api.store.endpoint(call.identifier(), client: call.client) else {
            throw Problem(.notFound)
        }
        return endpoint
    }
}
