/// A fault of Marksign or on the way to it: never a statement about the session.
public enum UpstreamFault: Error, Hashable, Sendable {
    /// No whole answer.
    case transport(TransportFault)
    /// An HTTP status other than 2xx, and nothing in the body that says more.
    case httpStatus(Int)
    /// A 2xx answer that cannot be understood: HTML, nothing, nonsense.
    case unreadable
    /// An error that Marksign reports in its own form.
    case upstreamError

    /// A short name from a bounded set, for metrics.
    public var label: String {
        switch self {
        case .transport(let fault): fault.rawValue
        case .httpStatus(let status): "http_\(min(max(status / 100, 0), 9))xx"
        case .unreadable: "unreadable"
        case .upstreamError: "upstream_error"
        }
    }
}
