/// Why a session ended without a signature, or why nobody knows.
public struct SessionError: Sendable, Equatable {
    /// The stable name of the reason.
    public let code: SessionErrorCode
    /// Marksign's own code, when it sent one.
    public let upstreamCode: Int?

    /// A reason.
    public init(_ code: SessionErrorCode, upstreamCode: Int? = nil) {
        self.code = code
        self.upstreamCode = upstreamCode
    }

    /// The reason as a sentence for people.
    public var message: String { code.message }
}

/// The stable names of the reasons for which a session ends without a signature.
public enum SessionErrorCode: String, Sendable, CaseIterable {
    case userRefused = "user_refused"
    case sessionExpired = "session_expired"
    case documentUnusable = "document_unusable"
    case signerNotFound = "signer_not_found"
    case accountNotQualified = "account_not_qualified"
    case certificateTimeout = "certificate_timeout"
    case sessionNotFound = "session_not_found"
    case invalidResult = "invalid_result"
    case requestRejected = "request_rejected"
    case timedOut = "timed_out"
    case upstreamError = "upstream_error"
    case upstreamUnauthorized = "upstream_unauthorized"
    case cancelledByClient = "cancelled_by_client"
    case startUnknown = "start_unknown"

    /// The reason as a sentence for people.
    public var message: String {
        switch self {
        case .userRefused: "The signer refused, or chose the wrong control code."
        case .sessionExpired: "The signer did not answer in time."
        case .documentUnusable: "The file or the signer's account cannot be used; Marksign does not say which."
        case .signerNotFound: "Marksign knows no account of this signer."
        case .accountNotQualified: "The signer's account is not qualified for signing."
        case .certificateTimeout: "The signer's certificate could not be had in time."
        case .sessionNotFound: "Marksign does not know the session."
        case .invalidResult: "Marksign said that it was signed, but its result could not be read."
        case .requestRejected: "Marksign refused the bridge's request as invalid."
        case .timedOut: "The session was still waiting for the signer when its time was over."
        case .upstreamError: "Marksign could not be asked until the session's time was over."
        case .upstreamUnauthorized: "Marksign refused the bridge's access token until the session's time was over."
        case .cancelledByClient: "The client cancelled the session."
        case .startUnknown: "The start was sent, but its answer was lost: the signer may have been asked."
        }
    }
}
