import Marksign

extension PollReply {
    /// Whether the answer speaks against the upstream.
    public var isFault: Bool {
        switch self {
        case .fault, .unauthorized: true
        case .waiting, .completed, .invalidResult, .ended, .notFound, .rejected: false
        }
    }
}
