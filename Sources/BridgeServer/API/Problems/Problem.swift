import BridgeCore
import HTTPTypes
import Hummingbird
import StrictJSON

/// An answer of `application/problem+json` (RFC 9457), and the error that leads to it.
struct Problem: Error, Sendable {
    /// The HTTP status.
    let status: Int
    /// The stable name of the problem.
    let code: String
    /// What the code means, the same words every time.
    let title: String
    /// What happened this time; never a secret, never a value of the request.
    let detail: String?
    /// The faults of the body's fields.
    var errors: [FieldError] = []
    /// The session that the problem is about.
    var sessionID: SessionID?
    /// Marksign's own code.
    var upstreamCode: Int?
    /// Headers that belong to the status: `Allow`, `Retry-After`, `WWW-Authenticate`.
    var headers = HTTPFields()

    /// A problem of the API's own vocabulary.
    init(_ code: ProblemCode, _ detail: String? = nil) {
        status = code.status
        self.code = code.rawValue
        title = code.title
        self.detail = detail
    }

    /// A start that Marksign refused; `code` says why.
    init(refused code: String, upstreamCode: Int) {
        status = 422
        self.code = code
        title = "Marksign refused the start"
        detail = SessionErrorCode(rawValue: code)?.message
        self.upstreamCode = upstreamCode
    }

    /// The store does not work now.
    static let storeUnavailable = Problem(.storeUnavailable).with(.retryAfter, "1")

    /// The same problem, with Marksign's own code.
    func caused(by upstreamCode: Int?) -> Problem {
        var problem = self
        problem.upstreamCode = upstreamCode
        return problem
    }

    /// The same problem, about that session.
    func about(_ session: SessionID) -> Problem {
        var problem = self
        problem.sessionID = session
        return problem
    }

    /// The same problem, with a header.
    func with(_ name: HTTPField.Name, _ value: String) -> Problem {
        var problem = self
        problem.headers[name] = value
        return problem
    }

    /// The body.
    func body(requestID: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "urn:marksign-bridge:problem:\(code)")
            writer.member("title", title)
            writer.member("status", status)
            if let detail { writer.member("detail", detail) }
            writer.member("code", code)
            writer.member("request_id", requestID)
            if let sessionID { writer.member("session_id", sessionID.rawValue) }
            if let upstreamCode { writer.member("upstream_code", upstreamCode) }
            guard !errors.isEmpty else { return }
            writer.array("errors") { writer in
                for error in errors {
                    writer.object { writer in
                        writer.member("pointer", error.pointer)
                        writer.member("detail", error.detail)
                    }
                }
            }
        }
        return writer.bytes
    }

    /// The whole answer.
    func response(requestID: String) -> Response {
        var response = Response.bytes(
            body(requestID: requestID), status: .init(code: status), contentType: "application/problem+json")
        for header in headers { response.headers.append(header) }
        return response
    }
}
