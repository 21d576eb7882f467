/// Writes the answers that are kept under idempotency keys, for starts whose caller may be long gone.
public protocol AnswerRenderer: Sendable {
    /// `201` with the session.
    func started(_ session: Session) -> KeptAnswer
    /// `422`: Marksign refused the start.
    func refused(code: String, upstreamCode: Int, requestID: String) -> KeptAnswer
    /// `504`: the start was sent, and its answer is lost. Whoever comes to that, this process or another, makes the same
    /// answer: it depends on nothing but the session.
    func startUnknown(_ session: SessionID) -> KeptAnswer
}
