/// What the answer to a poll says about the session.
public enum PollReply: Equatable, Sendable {
    /// The signer has not answered yet; also any status that is not known.
    case waiting(status: String)
    /// Signed.
    case completed(SigningResult)
    /// Signed, says Marksign, but what belongs to it is missing or unreadable.
    case invalidResult(InvalidResult)
    /// Over without a signature.
    case ended(EndReason, upstreamCode: Int?)
    /// There is no such session (any more).
    case notFound(upstreamCode: Int)
    /// The poll itself is wrong in Marksign's eyes.
    case rejected(upstreamCode: Int)
    /// The access token or Marksign's configuration is wrong.
    case unauthorized(upstreamCode: Int?)
    /// A fault: it says nothing about the session.
    case fault(UpstreamFault, upstreamCode: Int?, retryAfter: RetryAfter?)

    /// Understands an answer: first its body, whatever the HTTP status is; the status only when the body says nothing.
    public init(_ answer: UpstreamAnswer, kind: SigningKind) {
        switch answer {
        case .transport(let fault, _):
            self = .fault(.transport(fault), upstreamCode: nil, retryAfter: nil)
        case .http(let status, let retryAfter, let bytes):
            let retryAfter = retryAfter.flatMap(RetryAfter.parse)
            let body = ReplyBody(bytes)
            switch body?.statement {
            case .ok:
                self.init(result: body!, kind: kind)
            case .waiting(let text):
                self = .waiting(status: text)
            case .cancelled:
                self = .ended(.userRefused, upstreamCode: nil)
            case .failed(let code):
                self.init(code: code, httpStatus: status, retryAfter: retryAfter)
            case .unknown(let text) where (200...299).contains(status):
                self = .waiting(status: text)
            case .unknown, nil:
                self.init(httpStatus: status, retryAfter: retryAfter)
            }
        }
    }

    private init(result body: ReplyBody, kind: SigningKind) {
        do throws(InvalidResult) {
            switch kind {
            case .document: self = .completed(.document(try SignedDocument(reply: body.json)))
            case .hash: self = .completed(.hash(try SignatureValue(reply: body.json)))
            }
        } catch {
            self = .invalidResult(error)
        }
    }

    private init(code: Int?, httpStatus: Int, retryAfter: RetryAfter?) {
        if let code, let meaning = ErrorMeaning(code: code) {
            switch meaning {
            case .ended(let reason): self = .ended(reason, upstreamCode: code)
            case .sessionNotFound: self = .notFound(upstreamCode: code)
            case .rejected: self = .rejected(upstreamCode: code)
            case .unauthorized: self = .unauthorized(upstreamCode: code)
            case .fault: self = .fault(.upstreamError, upstreamCode: code, retryAfter: retryAfter)
            }
        } else if [401, 403].contains(httpStatus) {
            self = .unauthorized(upstreamCode: code)
        } else {
            self = .fault(.upstreamError, upstreamCode: code, retryAfter: retryAfter)
        }
    }

    private init(httpStatus status: Int, retryAfter: RetryAfter?) {
        switch status {
        case 401, 403: self = .unauthorized(upstreamCode: nil)
        case 200...299: self = .fault(.unreadable, upstreamCode: nil, retryAfter: retryAfter)
        default: self = .fault(.httpStatus(status), upstreamCode: nil, retryAfter: retryAfter)
        }
    }
}
