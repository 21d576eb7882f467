/// One HTTP request, with the bounds within which it has to be answered.
///
/// Redirects are not followed, proxies and `.netrc` are not consulted, and no content coding is asked for.
public struct HTTPClientRequest: Sendable {
    /// What to do with the body of the answer.
    public enum BodyPolicy: Sendable, Hashable {
        /// Keep all of it; a body of more than `maxBytes` fails the request with ``HTTPClientError/Kind/tooLarge``.
        case whole(maxBytes: Int)

        /// Keep at most the first `maxBytes`, and stop reading (closing the connection) when more arrive, or when the
        /// end is not there `maxTime` after the head of the final response.
        ///
        /// Once that head is there, nothing that follows makes the request fail: a body that is endless, cut or late
        /// only leaves ``HTTPClientResponse/bodyComplete`` false.
        case prefix(maxBytes: Int, maxTime: Duration = .seconds(2))
    }

    /// The method, such as `GET`; any token except `CONNECT`. A `HEAD` request has no body.
    public var method: String

    /// An absolute `http` or `https` URL.
    public var url: String

    /// Header fields, sent in this order.
    ///
    /// Names are tokens; values hold no control characters except tabs. `Content-Length`, `Transfer-Encoding`,
    /// `Connection`, `Expect` and `Upgrade` are the client's own and are refused.
    public var headers: [(name: String, value: String)]

    /// The body; it is not copied while it is sent.
    public var body: [UInt8]

    /// For the whole request: waiting for a free transfer, name lookup, connecting, sending, the answer with its body.
    public var timeout: Duration

    /// For connecting, TLS included.
    public var connectTimeout: Duration

    /// For all header lines that arrive, those of interim responses and trailers among them.
    public var maxHeaderBytes: Int

    /// What to do with the body of the answer.
    public var bodyPolicy: BodyPolicy

    /// What bounds large bodies together; nil leaves each to its own bound. Only for a `whole` body.
    ///
    /// The time that a body waits for room counts towards ``timeout``.
    public var bodyBudget: ByteBudget?

    /// Whether to use a connection of its own.
    ///
    /// libcurl sends a request again, by itself, when a reused connection turns out to be dead, whatever its method.
    /// A fresh connection is never reused and never left for reuse, so that the request is sent at most once.
    public var freshConnection: Bool

    /// Decides each concrete address before anything is sent to it; nil allows all.
    ///
    /// It is asked for every address that the name resolved to, again when the socket is opened, and again for a
    /// reused connection. Refused addresses are skipped; when none is left the request fails with
    /// ``HTTPClientError/Kind/blockedAddress``. It runs on the engine's thread and has to return at once. It is not
    /// asked about a UNIX socket.
    public var addressFilter: (@Sendable (RemoteAddress) -> Bool)?

    /// A UNIX socket to connect to, in place of the URL's host.
    public var unixSocketPath: String?

    /// Private certificate authorities and a client certificate.
    public var tls: TLSOptions

    /// Makes a request; see the properties for what each argument means.
    public init(
        method: String = "GET",
        url: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        timeout: Duration = .seconds(20),
        connectTimeout: Duration = .seconds(3),
        maxHeaderBytes: Int = 65_536,
        bodyPolicy: BodyPolicy = .whole(maxBytes: 1_048_576),
        bodyBudget: ByteBudget? = nil,
        freshConnection: Bool = false,
        addressFilter: (@Sendable (RemoteAddress) -> Bool)? = nil,
        unixSocketPath: String? = nil,
        tls: TLSOptions = TLSOptions()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.maxHeaderBytes = maxHeaderBytes
        self.bodyPolicy = bodyPolicy
        self.bodyBudget = bodyBudget
        self.freshConnection = freshConnection
        self.addressFilter = addressFilter
        self.unixSocketPath = unixSocketPath
        self.tls = tls
    }
}
