import BridgeCore

/// How an endpoint's attempts went of late.
struct EndpointRecord: Equatable {
    /// Since when all attempts have failed; `nil` after one that succeeded.
    private let failingSince: Timestamp?
    /// How many have, counted no further than matters: an endpoint that fails for days is not written each time.
    private let failures: Int

    private init(failingSince: Timestamp?, failures: Int) {
        self.failingSince = failingSince
        self.failures = failures
    }

    init(_ standing: Standing) {
        self.init(failingSince: standing.failingSince, failures: standing.failures)
    }

    /// The record with an attempt more, which ended then.
    func adding(_ signal: EndpointSignal, at time: Timestamp) -> EndpointRecord {
        switch signal {
        case .succeeded: EndpointRecord(failingSince: nil, failures: 0)
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

    func write(to endpoint: EndpointID, _ db: Database) throws {
        try db.run(
            "UPDATE endpoint SET failing_since = ?, failures = ? WHERE id = ?",
            [failingSince?.milliseconds, failures, endpoint.rawValue])
    }
}
