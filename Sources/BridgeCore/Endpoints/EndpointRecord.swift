/// How an endpoint's attempts went of late.
public struct EndpointRecord: Sendable, Equatable {
    /// Since when all attempts have failed; `nil` after one that succeeded.
    public let failingSince: Timestamp?
    /// How many have, counted no further than matters: an endpoint that fails for days is not written each time.
    public let failures: Int

    /// A record; without values, that of an endpoint of which nothing is known.
    public init(failingSince: Timestamp? = nil, failures: Int = 0) {
        self.failingSince = failingSince
        self.failures = failures
    }

    /// The record with an attempt more, which ended then.
    func adding(_ signal: EndpointSignal, at time: Timestamp) -> EndpointRecord {
        switch signal {
        case .succeeded: EndpointRecord()
        case .failed:
            EndpointRecord(
                failingSince: failingSince ?? time, failures: min(failures + 1, EndpointHealth.minimumFailures))
        case .none: self
        }
    }

    /// Whether it has failed since the cutoff or longer, and often enough.
    func isHopeless(since cutoff: Timestamp) -> Bool {
        guard let failingSince else { return false }
        return failingSince <= cutoff && failures >= EndpointHealth.minimumFailures
    }
}
