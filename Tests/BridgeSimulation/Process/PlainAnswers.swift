import BridgeCore

/// Answers that hold no more than a session's id.
struct PlainAnswers: AnswerRenderer {
    func started(_ session: Session) -> KeptAnswer {
        KeptAnswer(status: 201, body: Array(session.id.rawValue.utf8))
    }

    func refused(code: String, upstreamCode: Int, requestID: String) -> KeptAnswer {
        KeptAnswer(status: 422, body: Array("\(requestID) \(code)".utf8))
    }

    func startUnknown(_ session: SessionID) -> KeptAnswer {
        KeptAnswer(status: 504, body: Array(session.rawValue.utf8))
    }
}
