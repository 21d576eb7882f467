/// When an endpoint counts as failing.
public enum EndpointHealth {
    /// An endpoint is disabled for failing only after so many failures in a row: two bad days far apart are no circuit.
    public static let minimumFailures = 5
}
