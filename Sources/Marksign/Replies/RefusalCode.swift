/// Why a start was refused; the raw values are stable.
public enum RefusalCode: Hashable, Sendable {
    /// As a session ends.
    case ended(EndReason)
    /// The request is wrong in Marksign's eyes, which says no more than its message.
    case requestRejected

    /// The stable name.
    public var rawValue: String {
        switch self {
        case .ended(let reason): reason.rawValue
        case .requestRejected: "request_rejected"
        }
    }

    init(upstreamCode: Int) {
        if case .ended(let reason) = ErrorMeaning(code: upstreamCode) {
            self = .ended(reason)
        } else {
            self = .requestRejected
        }
    }
}
