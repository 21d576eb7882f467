import Marksign

extension SessionErrorCode {
    /// The code of a reason that Marksign gave.
    init(_ reason: EndReason) {
        switch reason {
        case .userRefused: self = .userRefused
        case .sessionExpired: self = .sessionExpired
        case .documentUnusable: self = .documentUnusable
        case .signerNotFound: self = .signerNotFound
        case .accountNotQualified: self = .accountNotQualified
        case .certificateTimeout: self = .certificateTimeout
        }
    }
}
