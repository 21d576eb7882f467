import BridgeCore
import HTTPTypes

extension Problem {
    /// The problem that any error leads to; `nil` for one that nobody foresaw.
    init?(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        // What cannot be read is not there later either.
        case StoreError.unreadable: return nil
        case is StoreError: self = Problem.storeUnavailable
        case is RequestTimeout: self = Problem(.requestTimeout)
        case is CancellationError: self = Problem(.shuttingDown).with(.retryAfter, "5")
        default: return nil
        }
    }
}
