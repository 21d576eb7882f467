/// What Marksign's error codes mean, the same for every operation.
enum ErrorMeaning: Hashable, Sendable {
    /// The session is over.
    case ended(EndReason)
    /// There is no such session (any more).
    case sessionNotFound
    /// The request is wrong.
    case rejected
    /// The access token or Marksign's configuration is wrong.
    case unauthorized
    /// A fault of Marksign's own.
    case fault

    /// The meaning, nil for a code that is not known.
    init?(code: Int) {
        switch code {
        case 40020: self = .ended(.userRefused)
        case 40021: self = .ended(.sessionExpired)
        case 40022: self = .ended(.documentUnusable)
        case 40401: self = .ended(.signerNotFound)
        case 40403: self = .ended(.accountNotQualified)
        case 40801: self = .ended(.certificateTimeout)
        case 40402: self = .sessionNotFound
        case 40001, 40004, 40005: self = .rejected
        case 40003, 50003, 50004: self = .unauthorized
        case 50000, 50001, 50002: self = .fault
        default: return nil
        }
    }
}
