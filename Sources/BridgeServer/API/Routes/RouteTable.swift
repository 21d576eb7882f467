import HTTPTypes
import Hummingbird

/// Every operation of the API, once: requests are routed by it, and the contract is held against it.
struct RouteTable: Sendable {
    /// The operations.
    let routes: [Route]

    init(_ api: APIDependencies) {
        let openAPI = Response.bytes(api.openAPI, contentType: "application/yaml")
        routes =
            [Route(.get, "/openapi.yaml", "getOpenAPI", open: { _ in openAPI })]
            + SessionRoutes(api: api).routes
            + EndpointRoutes(api: api).routes
            + EndpointActionRoutes(api: api).routes
            + WebhookKeyRoutes(api: api).routes
            + EventRoutes(api: api).routes
            + DeliveryRoutes(api: api).routes
            + AttemptRoutes(api: api).routes
    }

    /// What became of looking for a route.
    enum Match {
        /// The route, and what stands for the `{…}` of its pattern.
        case route(Route, [Substring])
        /// The path has only these methods.
        case otherMethods([HTTPRequest.Method])
        /// There is no such path.
        case none
    }

    /// Finds the route of a request.
    func match(_ method: HTTPRequest.Method, path: String) -> Match {
        let segments = PathPattern.segments(of: path)
        var methods: [HTTPRequest.Method] = []
        for route in routes {
            guard let values = route.pattern.match(segments) else { continue }
            if route.method == method { return .route(route, values) }
            methods.append(route.method)
        }
        return methods.isEmpty ? .none : .otherMethods(methods)
    }
}
