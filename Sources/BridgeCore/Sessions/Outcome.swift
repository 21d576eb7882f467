import Marksign

/// How a session ended. There is one for each session, once.
public enum Outcome: Sendable {
    /// It was signed.
    case completed(SigningResult)
    /// It was not signed.
    case failed(SessionError)
    /// Its client cancelled it.
    case cancelled
    /// The bridge could not find out.
    case unknown(SessionError)

    /// The final status that the outcome leads to.
    public var status: SessionStatus {
        switch self {
        case .completed: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        case .unknown: .unknown
        }
    }

    /// Why it did not complete; `nil` when it did.
    public var error: SessionError? {
        switch self {
        case .completed: nil
        case .failed(let error), .unknown(let error): error
        case .cancelled: SessionError(.cancelledByClient)
        }
    }

    /// What an operator must be told besides, if anything.
    public var alarm: Alarm? {
        switch self {
        case .completed(.document(let document)): document.digestVerified ? nil : .digestMismatch
        case .unknown(let error):
            switch error.code {
            case .invalidResult: .invalidResult
            case .requestRejected: .requestRejected
            default: nil
            }
        default: nil
        }
    }
}

/// Something that needs an operator: one error line in the log, and a gauge of its own name.
public enum Alarm: String, Sendable, CaseIterable {
    /// A signed file's digest is not that of its bytes.
    case digestMismatch = "digest_mismatch"
    /// Marksign said `ok`, and its result could not be read.
    case invalidResult = "invalid_result"
    /// Marksign refused a request that only a fault of the bridge can explain.
    case requestRejected = "request_rejected"
    /// Marksign refuses the access token.
    case upstreamUnauthorized = "upstream_unauthorized"
    /// The store refuses writes.
    case storeFailing = "store_failing"
    /// A row of the store is not what the bridge writes, and was passed over.
    case unreadableRow = "unreadable_row"
}
