/// Why an endpoint is disabled.
public enum DisabledReason: String, Sendable, CaseIterable {
    /// Its client disabled it.
    case byClient = "disabled_by_client"
    /// The receiver answered 410 Gone, or asked in another way to be disabled.
    case gone
    /// Every attempt failed for as long as is allowed.
    case failing
}
