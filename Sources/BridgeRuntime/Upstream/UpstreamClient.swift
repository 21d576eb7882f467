import BridgeCore
import CurlHTTP
import Marksign

/// Sends requests to Marksign and says how they ended, in the words of the classifier.
struct UpstreamClient: Sendable {
    let settings: UpstreamSettings
    let http: HTTPClient
    /// The present access token: it may be replaced while the bridge runs.
    let accessToken: @Sendable () -> AccessToken
    let api: MarksignAPI
    /// What signed files take up together, from their first byte until they are stored.
    private let files: ByteBudget
    /// Called when an answer says that it comes from the sandbox.
    let onSandbox: @Sendable () -> Void

    init(
        settings: UpstreamSettings, http: HTTPClient, accessToken: @escaping @Sendable () -> AccessToken,
        onSandbox: @escaping @Sendable () -> Void
    ) {
        self.settings = settings
        self.http = http
        self.accessToken = accessToken
        self.onSandbox = onSandbox
        files = ByteBudget(bytes: settings.maximumDocumentReply * 3 / 2)
        api = MarksignAPI(locale: settings.locale)
    }

    /// Starts a session. It is sent at most once: over a connection of its own, because libcurl sends a request again
    /// by itself when a reused connection turns out to be dead.
    func start(_ payload: StartPayload, by signer: Signer, method: SigningMethod) async -> StartReply {
        let request =
            switch payload {
            case .document(let start): api.start(start, by: signer, method: method, accessToken: accessToken())
            case .hash(let start): api.start(start, by: signer, method: method, accessToken: accessToken())
            }
        return StartReply(await send(request, timeout: settings.startTimeout, freshConnection: true).answer)
    }

    /// Asks how a session stands. A large answer comes with its lease, to be held until the file is stored.
    func status(
        of token: SessionToken, kind: SigningKind, method: SigningMethod
    ) async -> (reply: PollReply, lease: ByteBudget.Lease?) {
        let (answer, lease) = await send(
            api.status(of: token, kind: kind, method: method, accessToken: accessToken()), timeout: settings.timeout,
            maximumReply: kind == .document ? settings.maximumDocumentReply : Self.smallReply)
        return (PollReply(answer, kind: kind), lease)
    }

    /// Removes a session.
    func remove(_ token: SessionToken, method: SigningMethod) async -> RemoveReply {
        let request = api.remove(token, method: method, accessToken: accessToken())
        return RemoveReply(await send(request, timeout: settings.timeout).answer)
    }

    /// The bound of every reply that carries no file, in bytes.
    static let smallReply = 1 << 20

    private func send(
        _ request: MarksignRequest, timeout: Duration, maximumReply: Int = smallReply, freshConnection: Bool = false
    ) async -> (answer: UpstreamAnswer, lease: ByteBudget.Lease?) {
        do {
            let response = try await http.execute(
                HTTPClientRequest(
                    method: request.method, url: settings.baseURL + request.path,
                    headers: [("Content-Type", "application/json"), ("Accept", "application/json")],
                    body: request.body, timeout: timeout, connectTimeout: settings.connectTimeout,
                    bodyPolicy: .whole(maxBytes: maximumReply), bodyBudget: files, freshConnection: freshConnection))
            if response.header("X-Marksign-Sandbox") != nil { onSandbox() }
            let answer = UpstreamAnswer.http(
                status: response.status, retryAfter: response.header("Retry-After"), body: response.body)
            return (answer, response.bodyLease)
        } catch {
            return (.transport(TransportFault(error.kind), requestSent: error.requestSent), nil)
        }
    }
}

/// What is set of the way to Marksign.
public struct UpstreamSettings: Sendable, Equatable {
    /// Without a slash at its end.
    public var baseURL: String
    /// The language of Marksign's messages.
    public var locale: MarksignLocale
    /// For connecting, TLS included.
    public var connectTimeout: Duration
    /// For a whole poll or removal.
    public var timeout: Duration
    /// For a whole start.
    public var startTimeout: Duration
    /// The bound of a reply that carries a signed file, in bytes.
    public var maximumDocumentReply: Int

    /// The way to Marksign.
    public init(
        baseURL: String, locale: MarksignLocale, connectTimeout: Duration, timeout: Duration, startTimeout: Duration,
        maximumDocumentReply: Int
    ) {
        self.baseURL = baseURL
        self.locale = locale
        self.connectTimeout = connectTimeout
        self.timeout = timeout
        self.startTimeout = startTimeout
        self.maximumDocumentReply = maximumDocumentReply
    }
}

extension TransportFault {
    /// The fault that an error of the HTTP client means.
    init(_ kind: HTTPClientError.Kind) {
        switch kind {
        case .resolve: self = .resolve
        case .connect, .blockedAddress, .invalidRequest: self = .connect
        case .tls: self = .tls
        case .timeout: self = .timeout
        case .reset: self = .reset
        case .protocolError: self = .protocolError
        case .tooLarge: self = .tooLarge
        case .cancelled, .shutdown: self = .cancelled
        }
    }
}
