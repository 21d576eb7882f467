/// Why no whole answer came; the raw values are stable and fit for metrics.
public enum TransportFault: String, Error, Hashable, Sendable, CaseIterable {
    /// The host name has no address.
    case resolve
    /// No connection.
    case connect
    /// No TLS, or the certificate does not hold.
    case tls
    /// Too late.
    case timeout
    /// The connection broke.
    case reset
    /// The answer is not HTTP.
    case protocolError = "protocol"
    /// The answer is larger than allowed.
    case tooLarge = "too_large"
    /// Given up from this side.
    case cancelled
}
