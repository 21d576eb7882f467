/// Why a request has no answer.
public struct HTTPClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong; the raw values are stable and few, fit for metric labels and stored rows.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The request itself is not usable: its URL, method, headers or options.
        case invalidRequest
        /// The host name has no address, or no lookup was possible.
        case resolve
        /// The address filter refused every address there was.
        case blockedAddress
        /// No connection could be made.
        case connect
        /// TLS could not be set up: the certificate, its name, the client certificate or the protocol.
        case tls
        /// The request's timeout, or the one for connecting, ran out.
        case timeout
        /// The connection ended before the answer was complete.
        case reset
        /// What came is not HTTP, or not as HTTP has it.
        case protocolError
        /// The answer's header or body is over its bound.
        case tooLarge
        /// The task was cancelled.
        case cancelled
        /// The client was shut down.
        case shutdown
    }

    /// What went wrong.
    public let kind: Kind

    /// Whether any byte of the request may have been sent; when false, the server never saw the request.
    public let requestSent: Bool

    /// The peer, as in `192.0.2.1:443`, once a request was about to be sent to it.
    public let remoteAddress: String?

    /// A short text for people, in printable ASCII; it holds no secrets and no path or query of the URL.
    public let message: String

    /// Makes an error.
    public init(kind: Kind, requestSent: Bool = false, remoteAddress: String? = nil, message: String) {
        self.kind = kind
        self.requestSent = requestSent
        self.remoteAddress = remoteAddress
        self.message = message
    }

    /// The kind and the message, as in `connect: Connection refused`.
    public var description: String { "\(kind.rawValue): \(message)" }

    static func invalidRequest(_ message: String) -> HTTPClientError {
        HTTPClientError(kind: .invalidRequest, message: message)
    }
}
