import HTTPTypes
import Hummingbird

/// Answers health and metrics on the admin listener, and nothing else.
public struct AdminResponder: HTTPResponder {
    private let isReady: @Sendable () async -> Bool
    private let metrics: @Sendable () async -> [UInt8]

    /// - Parameters:
    ///   - isReady: Whether the store is writable and the loops are alive.
    ///   - metrics: The metrics in the text format of Prometheus.
    public init(isReady: @escaping @Sendable () async -> Bool, metrics: @escaping @Sendable () async -> [UInt8]) {
        self.isReady = isReady
        self.metrics = metrics
    }

    /// Answers one request.
    public func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        var response = await answer(request)
        response.headers[.cacheControl] = "no-store"
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request) async -> Response {
        let path = request.uri.path
        guard ["/health/live", "/health/ready", "/metrics"].contains(path) else {
            return Self.text("not found", .notFound)
        }
        guard request.method == .get || request.method == .head else {
            var response = Self.text("method not allowed", .methodNotAllowed)
            response.headers[.allow] = "GET, HEAD"
            return response
        }
        switch path {
        case "/health/live": return Self.text("ok", .ok)
        case "/health/ready":
            return await isReady() ? Self.text("ready", .ok) : Self.text("not ready", .serviceUnavailable)
        default: return .bytes(await metrics(), contentType: "text/plain; version=0.0.4; charset=utf-8")
        }
    }

    private static func text(_ text: String, _ status: HTTPResponse.Status) -> Response {
        .bytes(Array("\(text)\n".utf8), status: status, contentType: "text/plain; charset=utf-8")
    }
}
