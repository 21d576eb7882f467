/// Why a session ended without a signature; the raw values are stable.
public enum EndReason: String, Hashable, Sendable, CaseIterable {
    /// The signer refused (40020, `canceled`).
    case userRefused = "user_refused"
    /// The signer did not answer in time (40021).
    case sessionExpired = "session_expired"
    /// The file or the signer's account cannot be used (40022: Marksign does not say which).
    case documentUnusable = "document_unusable"
    /// The signer has no account (40401).
    case signerNotFound = "signer_not_found"
    /// The signer's account does not have the level needed (40403).
    case accountNotQualified = "account_not_qualified"
    /// The signer's certificate did not come in time (40801).
    case certificateTimeout = "certificate_timeout"
}
