import HTTPTypes
import Hummingbird

/// One operation of the API.
struct Route: Sendable {
    /// What answers a route.
    enum Handler: Sendable {
        /// Anyone may call it; it gets what stands for the `{…}` of its pattern.
        case open(@Sendable ([Substring]) async throws -> Response)
        /// Only a client that showed its key may.
        case client(@Sendable (APICall) async throws -> Response)
    }

    /// The HTTP method.
    let method: HTTPRequest.Method
    /// The path.
    let pattern: PathPattern
    /// The name of the operation in the contract.
    let operationID: String
    /// The query parameters that it knows.
    let query: [String]
    /// What it makes of a body.
    let body: BodyPolicy
    /// What answers it.
    let handler: Handler

    init(
        _ method: HTTPRequest.Method, _ pattern: String, _ operationID: String,
        open handler: @escaping @Sendable ([Substring]) async throws -> Response
    ) {
        self.method = method
        self.pattern = PathPattern(pattern)
        self.operationID = operationID
        query = []
        body = .ignored
        self.handler = .open(handler)
    }

    init(
        _ method: HTTPRequest.Method, _ pattern: String, _ operationID: String, query: [String] = [],
        body: BodyPolicy = .ignored, _ handler: @escaping @Sendable (APICall) async throws -> Response
    ) {
        self.method = method
        self.pattern = PathPattern(pattern)
        self.operationID = operationID
        self.query = query
        self.body = body
        self.handler = .client(handler)
    }
}
