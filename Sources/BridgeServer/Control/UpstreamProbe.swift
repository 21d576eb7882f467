import CurlHTTP
import Marksign

/// Asks Marksign for the status of a session that cannot exist: the refusal tells whether the access token is good.
public struct UpstreamProbe: Sendable {
    /// What Marksign's answer says.
    public enum Finding: Sendable, Equatable {
        /// The access token is good: there is no such session, said Marksign.
        case good(sandbox: Bool)
        /// The access token was refused.
        case refused(upstreamCode: Int?)
        /// Neither could be found out; says why.
        case unclear(String)
    }

    private let settings: Settings
    private let http: HTTPClient

    /// A probe of what those settings name.
    public init(settings: Settings, http: HTTPClient) {
        self.settings = settings
        self.http = http
    }

    /// Sends one request.
    public func run(accessToken: AccessToken) async -> Finding {
        let api = MarksignAPI(locale: settings.marksign.locale)
        let call = api.status(of: Self.randomToken(), kind: .hash, method: .smartID, accessToken: accessToken)
        do throws(HTTPClientError) {
            let response = try await http.execute(
                HTTPClientRequest(
                    method: call.method, url: settings.marksign.baseURL.description + call.path,
                    headers: [("Content-Type", "application/json"), ("Accept", "application/json")], body: call.body,
                    timeout: settings.upstream.timeout, connectTimeout: settings.upstream.connectTimeout))
            let answer = UpstreamAnswer.http(
                status: response.status, retryAfter: response.header("Retry-After"), body: response.body)
            return Self.finding(
                PollReply(answer, kind: .hash), httpStatus: response.status,
                sandbox: response.header("x-marksign-sandbox") != nil)
        } catch {
            return .unclear("no answer: \(error)")
        }
    }

    private static func finding(_ reply: PollReply, httpStatus: Int, sandbox: Bool) -> Finding {
        switch reply {
        case .notFound: .good(sandbox: sandbox)
        case .unauthorized(let code): .refused(upstreamCode: code)
        case .rejected(let code): .unclear("the request was rejected with code \(code)")
        case .fault(_, let code?, _): .unclear("an error of its own, code \(code), HTTP status \(httpStatus)")
        case .fault(_, nil, _): .unclear("an answer that is not Marksign's, HTTP status \(httpStatus)")
        case .waiting, .completed, .invalidResult, .ended:
            .unclear("an answer that does not fit a session that cannot exist, HTTP status \(httpStatus)")
        }
    }

    /// 128 random bits as 32 hexadecimal digits: nobody has such a session.
    private static func randomToken() -> SessionToken {
        let digits = (0..<32).map { _ in String(Int.random(in: 0..<16), radix: 16) }.joined()
        guard let token = SessionToken(digits) else { preconditionFailure("hexadecimal digits are a token") }
        return token
    }
}
