import StrictJSON

/// What the answer to a start says.
public enum StartReply: Hashable, Sendable {
    /// The session runs; the signer compares the control code.
    case started(token: SessionToken, controlCode: String)
    /// Refused: there is no session.
    case refused(RefusalCode, upstreamCode: Int)
    /// The access token or Marksign's configuration is wrong: there is no session.
    case unauthorized(upstreamCode: Int?)
    /// An error of Marksign's own, reported in its form: there is no session.
    case upstreamError(upstreamCode: Int?)
    /// Nothing was sent: there is no session.
    case notSent(TransportFault)
    /// Too many requests (HTTP 429): there is no session.
    case busy(retryAfter: RetryAfter?)
    /// Sent, and the answer lost, late or unreadable: there may be a session.
    case lost(UpstreamFault)

    /// Understands an answer: first its body, whatever the HTTP status is; the status only when the body says nothing.
    public init(_ answer: UpstreamAnswer) {
        switch answer {
        case .transport(let fault, requestSent: false):
            self = .notSent(fault)
        case .transport(let fault, requestSent: true):
            self = .lost(.transport(fault))
        case .http(let status, let retryAfter, let bytes):
            let retryAfter = retryAfter.flatMap(RetryAfter.parse)
            let body = ReplyBody(bytes)
            switch body?.statement {
            case .ok:
                self.init(ok: body!.json)
            case .failed(let code):
                self.init(code: code, httpStatus: status, retryAfter: retryAfter)
            case .waiting, .cancelled, .unknown, nil:
                self.init(httpStatus: status, upstreamCode: nil, retryAfter: retryAfter)
            }
        }
    }

    /// Without token or control code nobody could follow the session: as good as lost.
    private init(ok json: JSON) {
        guard let token = json["token"]?.string.flatMap(SessionToken.init(_:)),
            let controlCode = json["control_code"].flatMap(Self.controlCode)
        else {
            self = .lost(.unreadable)
            return
        }
        self = .started(token: token, controlCode: controlCode)
    }

    private init(code: Int?, httpStatus: Int, retryAfter: RetryAfter?) {
        if let code {
            switch (ErrorMeaning(code: code), code) {
            case (.unauthorized, _):
                self = .unauthorized(upstreamCode: code)
                return
            case (_, 40000...40099), (_, 40400...40499), (_, 40800...40899):
                self = .refused(RefusalCode(upstreamCode: code), upstreamCode: code)
                return
            case (_, 50000...50099):
                self = .upstreamError(upstreamCode: code)
                return
            default:
                break
            }
        }
        // A failure in Marksign's form, but without a code that says more. A server error in front of it, or a request
        // that timed out, leaves open what became of the start.
        switch httpStatus {
        case 401, 403, 408, 425, 429, 500...:
            self.init(httpStatus: httpStatus, upstreamCode: code, retryAfter: retryAfter)
        default: self = .upstreamError(upstreamCode: code)
        }
    }

    private init(httpStatus status: Int, upstreamCode: Int?, retryAfter: RetryAfter?) {
        switch status {
        case 401, 403: self = .unauthorized(upstreamCode: upstreamCode)
        case 429: self = .busy(retryAfter: retryAfter)
        case 200...299: self = .lost(.unreadable)
        default: self = .lost(.httpStatus(status))
        }
    }

    /// Four digits; a number has lost its leading zeros.
    private static func controlCode(_ json: JSON) -> String? {
        if let number = json.integer { return (0...9999).contains(number) ? FourDigits.text(Int(number)) : nil }
        guard let code = json.string, code.utf8.count == 4,
            code.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return code
    }
}
