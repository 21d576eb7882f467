/// What the answer to a removal says.
public enum RemoveReply: Hashable, Sendable {
    /// The session is gone.
    case removed
    /// It may still be there.
    case unconfirmed

    /// Understands an answer: only Marksign's `ok` confirms.
    public init(_ answer: UpstreamAnswer) {
        guard case .http(_, _, let bytes) = answer, ReplyBody(bytes)?.statement == .ok else {
            self = .unconfirmed
            return
        }
        self = .removed
    }
}
