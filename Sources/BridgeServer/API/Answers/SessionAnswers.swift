import BridgeCore
import BridgeRuntime

/// Makes the answers that are committed together with what they answer.
public struct SessionAnswers: AnswerRenderer {
    private let publicURL: String?

    /// - Parameter publicURL: Prefix of links, without a slash at its end; links are paths without it.
    public init(publicURL: String?) {
        self.publicURL = publicURL
    }

    /// `201`, with where the session is found.
    public func started(_ session: Session) -> KeptAnswer {
        KeptAnswer(
            status: 201, location: "\(publicURL ?? "")/v1/sessions/\(session.id.rawValue)",
            body: session.json(publicURL: publicURL))
    }

    /// `422`: Marksign refused the start.
    public func refused(code: String, upstreamCode: Int, requestID: String) -> KeptAnswer {
        KeptAnswer(Problem(refused: code, upstreamCode: upstreamCode), requestID: requestID)
    }

    /// `504`: the start was sent, and its answer was lost. Its `request_id` is the session's id.
    public func startUnknown(_ session: SessionID) -> KeptAnswer {
        let detail = "The start was sent, but its answer was lost: the signer may have been asked."
        return KeptAnswer(Problem(.startUnknown, detail).about(session), requestID: session.rawValue)
    }
}

extension KeptAnswer {
    fileprivate init(_ problem: Problem, requestID: String) {
        self.init(status: problem.status, body: problem.body(requestID: requestID))
    }
}
