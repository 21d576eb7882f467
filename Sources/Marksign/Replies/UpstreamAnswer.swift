/// What came back for a request, before it is understood.
public enum UpstreamAnswer: Equatable, Sendable {
    /// A whole HTTP answer, with the text of its `Retry-After` field.
    case http(status: Int, retryAfter: String?, body: [UInt8])
    /// No whole answer. `requestSent` is whether Marksign may have received any of the request.
    case transport(TransportFault, requestSent: Bool)
}
