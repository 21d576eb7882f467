import BridgeCore
import BridgeRuntime
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// Answers the API's requests: finds who calls and what, checks the headers, reads the body, calls the route.
///
/// Whatever can be refused by its headers is refused before a byte of the body is read.
public struct APIResponder: HTTPResponder {
    private let api: APIDependencies
    private let table: RouteTable
    private let authentication: Authentication
    private let idempotency: Idempotency
    /// The memory of request bodies.
    let budget: BodyBudget
    /// Where large bodies are read.
    let decoding = DecodingQueue()
    private let log: AccessLog

    /// The longest request target, in bytes.
    private static let maximumTargetBytes = 8 * 1024

    /// - Parameter logger: Gets one line for each request.
    public init(_ api: APIDependencies, logger: Logger) {
        self.api = api
        table = RouteTable(api)
        authentication = Authentication(store: api.store)
        idempotency = Idempotency(store: api.store)
        budget = BodyBudget(bytes: api.limits.maximumBodyBytes, share: api.limits.clientBodyBytes)
        log = AccessLog(logger: logger)
    }

    /// Answers one request. Every answer carries the request's id; every failure is a problem.
    public func respond(to request: Request, context: APIContext) async throws -> Response {
        let began = ContinuousClock.now
        var entry = AccessLog.Entry(
            requestID: RequestIdentifier.given(request.headers)
                ?? RequestIdentifier.made(of: api.environment.random()),
            method: request.method)
        var response: Response
        do {
            response = try await answer(request, context, &entry)
        } catch let error as HTTPParserError {
            // The connection is beyond repair: its own layer ends it with a bare 400.
            throw error
        } catch {
            if Problem(error) == nil { log.failed(error, entry) }
            response = (Problem(error) ?? Problem(.internalError)).response(requestID: entry.requestID)
        }
        response.headers[.requestID] = entry.requestID
        // Answers hold personal data and secrets.
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        let duration = began.duration(to: .now)
        api.onRequest(request.method, entry.route, response.status.code, duration)
        log.answered(response.status.code, after: duration, entry)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(
        _ request: Request, _ context: APIContext, _ entry: inout AccessLog.Entry
    ) async throws -> Response {
        guard (request.head.path ?? "").utf8.count <= Self.maximumTargetBytes else { throw Problem(.uriTooLong) }
        let path = request.uri.path
        let time = api.environment.now().wall
        let match = table.match(request.method, path: path)
        if case .route(let route, let values) = match {
            entry.route = route.pattern.text
            if case .open(let handler) = route.handler { return try await handler(values) }
        }
        // Who has no key does not learn what there is.
        if path == "/v1" || path.hasPrefix("/v1/") {
            entry.client = try await authentication.client(request.headers, at: time)
            guard api.isReady() else { throw Problem(.notReady).with(.retryAfter, "1") }
        }
        switch match {
        case .none: throw Problem(.notFound)
        case .otherMethods(let methods):
            throw Problem(.methodNotAllowed).with(.allow, methods.map(\.rawValue).joined(separator: ", "))
        case .route(let route, let values):
            guard case .client(let handler) = route.handler, let client = entry.client else {
                throw Problem(.unauthorized).with(.wwwAuthenticate, "Bearer")
            }
            let head = try BodyHead(request.headers, policy: route.body)
            let query = try Query(request.uri.query, allowed: route.query)
            let keyText = route.method == .post ? try Idempotency.text(request.headers) : nil
            let requestID = entry.requestID
            return try await withBody(of: request, head, route.body, client, context.channel) { body in
                var key: IdempotencyKey?
                if let keyText {
                    let said = route.body.said(by: body)
                    key = try await decoding.run(bytes: said.count) { [idempotency] in
                        idempotency.key(keyText, of: request.method, path, body: said, client: client, at: time)
                    }
                }
                return try await handler(
                    APICall(
                        request: request, client: client, requestID: requestID, time: time, pathValues: values,
                        query: query, body: body, decoding: decoding, key: key))
            }
        }
    }

    private func withBody(
        of request: Request, _ head: BodyHead, _ policy: BodyPolicy, _ client: ClientID, _ channel: any Channel,
        _ use: ([UInt8]) async throws -> Response
    ) async throws -> Response {
        if case .ignored = policy { return try await use([]) }
        let reader = BodyReader(head: head, limit: policy.limit, client: client, budget: budget)
        return try await reader.withBytes(
            of: request.body, onContinue: { try await channel.triggerUserOutboundEvent(SendContinue()) }, use)
    }
}
