import BridgeCore
import BridgeRuntime
import HTTPTypes
import Hummingbird

/// The operations on endpoints themselves; ``EndpointActionRoutes`` has what is done with them.
struct EndpointRoutes: Sendable {
    let api: APIDependencies
    private let idempotency: Idempotency

    /// The most endpoints that a client may have: every event goes to each of them.
    private static let maximumEndpoints = 100
    /// No request about an endpoint is larger, in bytes: most of it are three PEM texts.
    private static let bodyLimit = 256 * 1024

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
        ]
    }

    private func create(_ call: APICall) async throws -> Response {
        // First: a certificate that was good then may have expired since.
        if let replay = try await idempotency.replay(call) { return replay }
        let request = try await read(call, isNew: true)
        let blank = Endpoint(
            id: api.environment.identifier(), clientID: call.client, url: "", events: .allSessions, description: "",
            createdAt: call.time)
        let endpoint = blank.changed(by: request)
        try checkTLS(of: endpoint)
        let keys = SigningKeys.generate()
        let answer = KeptAnswer(
            status: 201, location: "\(api.publicURL ?? "")/v1/endpoints/\(endpoint.id)",
            body: endpoint.json(secret: keys.secret, publicURL: api.publicURL))
        let created = try await api.store.createEndpoint(
            endpoint, atMost: Self.maximumEndpoints, keys: keys, key: call.key, answer: answer)
        switch created {
        case .done(true): return .kept(answer)
        case .done(false):
            throw Problem(.tooManyEndpoints, "A client may have \(Self.maximumEndpoints) endpoints.")
        case .notFree(let state): return try Idempotency.answer(state)
        }
    }

    private func list(_ call: APICall) async throws -> Response {
        let page = try await api.store.endpoints(client: call.client, page: call.page(of: EndpointID.self))
        return .json(page.json { $0.writeMembers(to: &$1, publicURL: api.publicURL) })
    }

    private func get(_ call: APICall) async throws -> Response {
        .json(try await api.endpoint(of: call).json(publicURL: api.publicURL))
    }

    private func change(_ call: APICall) async throws -> Response {
        let request = try await read(call, isNew: false)
        let present = try await api.endpoint(of: call)
        try checkTLS(of: present.changed(by: request))
        let changed = try await api.store.changeEndpoint(present.id, client: call.client, request, at: call.time)
        guard let changed else { throw Problem(.notFound) }
        api.endpointChanged(changed.endpoint)
        api.wake(changed.due)
        return .json(changed.endpoint.json(publicURL: api.publicURL))
    }

    private func delete(_ call: APICall) async throws -> Response {
        let removed = try await api.store.deleteEndpoint(call.identifier(), client: call.client, at: call.time)
        guard let removed else { throw Problem(.notFound) }
        api.endpointChanged(removed)
        return Response(status: .noContent)
    }

    /// TLS settings without TLS would promise what does not happen.
    private func checkTLS(of endpoint: Endpoint) throws(Problem) {
        guard endpoint.options.tls != nil, !endpoint.url.lowercased().hasPrefix("https:") else { return }
        var faults = FieldFaults()
        faults.add("/tls", "is for https URLs only")
        throw faults.problem
    }

    private func read(_ call: APICall, isNew: Bool) async throws(Problem) -> EndpointChange {
        try await call.decoded { [api] json throws(Problem) in
            try EndpointChange(json, isNew: isNew, at: call.time, addressFault: api.addressFault)
        }
    }
}

extension APIDependencies {
    /// The endpoint that the path names.
    ///
    /// - Throws: ``Problem`` 404 when the client has none of that id.
    func endpoint(of call: APICall) async throws -> Endpoint {
        guard let endpoint = try await store.endpoint(call.identifier(), client: call.client) else {
            throw Problem(.notFound)
        }
        return endpoint
    }
}
