/// The stable names of what the API answers besides success. The names are part of the contract.
///
/// What Marksign refuses has the codes of `SessionErrorCode` instead.
enum ProblemCode: String, CaseIterable {
    case malformedJSON = "malformed_json"
    case invalidQuery = "invalid_query"
    case invalidHeader = "invalid_header"
    case incompleteRequest = "incomplete_request"
    case invalidIdempotencyKey = "invalid_idempotency_key"
    case unauthorized
    case notFound = "not_found"
    case noFile = "no_file"
    case methodNotAllowed = "method_not_allowed"
    case requestTimeout = "request_timeout"
    case sessionExists = "session_exists"
    case tokenInUse = "token_in_use"
    case sessionFinal = "session_final"
    case sessionPending = "session_pending"
    case endpointGone = "endpoint_gone"
    case tooManyEndpoints = "too_many_endpoints"
    case idempotencyKeyRunning = "idempotency_key_running"
    case fileExpired = "file_expired"
    case payloadTooLarge = "payload_too_large"
    case uriTooLong = "uri_too_long"
    case unsupportedMediaType = "unsupported_media_type"
    case expectationFailed = "expectation_failed"
    case invalidRequest = "invalid_request"
    case idempotencyKeyMismatch = "idempotency_key_mismatch"
    case internalError = "internal_error"
    case upstreamUnauthorized = "upstream_unauthorized"
    case upstreamError = "upstream_error"
    case upstreamUnavailable = "upstream_unavailable"
    case storeUnavailable = "store_unavailable"
    case overloaded
    case notReady = "not_ready"
    case cancelUnfinished = "cancel_unfinished"
    case shuttingDown = "shutting_down"
    case startUnknown = "start_unknown"

    /// The HTTP status that goes with the code.
    var status: Int { definition.status }

    /// What went wrong, the same words every time.
    var title: String { definition.title }

    private var definition: (status: Int, title: String) {
        switch self {
        case .malformedJSON: (400, "The body is not valid JSON")
        case .invalidQuery: (400, "The query is not valid")
        case .invalidHeader: (400, "A header is not valid")
        case .incompleteRequest: (400, "The request ended before it was complete")
        case .invalidIdempotencyKey: (400, "The Idempotency-Key is not valid")
        case .unauthorized: (401, "A valid API key is required")
        case .notFound: (404, "There is no such thing")
        case .noFile: (404, "The session has no file")
        case .methodNotAllowed: (405, "The method is not allowed here")
        case .requestTimeout: (408, "The request took too long to arrive")
        case .sessionExists: (409, "The token is watched already")
        case .tokenInUse: (409, "The token is in use")
        case .sessionFinal: (409, "The session has ended")
        case .sessionPending: (409, "The session has not ended")
        case .endpointGone: (409, "The endpoint is gone")
        case .tooManyEndpoints: (409, "The client has as many endpoints as it may have")
        case .idempotencyKeyRunning: (409, "The first request with this Idempotency-Key is still running")
        case .fileExpired: (410, "The file is not kept any more")
        case .payloadTooLarge: (413, "The body is too large")
        case .uriTooLong: (414, "The request target is too long")
        case .unsupportedMediaType: (415, "The media type is not supported")
        case .expectationFailed: (417, "The expectation cannot be met")
        case .invalidRequest: (422, "The request is not valid")
        case .idempotencyKeyMismatch: (422, "The Idempotency-Key was used for another request")
        case .internalError: (500, "The bridge failed")
        case .upstreamUnauthorized: (502, "Marksign refused the bridge")
        case .upstreamError: (502, "Marksign failed")
        case .upstreamUnavailable: (503, "Marksign cannot be asked now")
        case .storeUnavailable: (503, "The store is unavailable")
        case .overloaded: (503, "Too much is under way")
        case .notReady: (503, "The server is starting")
        case .cancelUnfinished: (503, "The session is not cancelled yet")
        case .shuttingDown: (503, "The server is shutting down")
        case .startUnknown: (504, "Whether the session was started is not known")
        }
    }
}
