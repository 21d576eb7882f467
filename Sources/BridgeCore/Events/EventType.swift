/// What an event tells. There is one type for each final status, and one for trying an endpoint.
public enum EventType: String, Sendable, CaseIterable {
    case sessionCompleted = "session.completed"
    case sessionFailed = "session.failed"
    case sessionCancelled = "session.cancelled"
    case sessionUnknown = "session.unknown"
    case endpointTest = "endpoint.test"

    /// The type that tells of an outcome.
    public init(_ outcome: Outcome) {
        switch outcome {
        case .completed: self = .sessionCompleted
        case .failed: self = .sessionFailed
        case .cancelled: self = .sessionCancelled
        case .unknown: self = .sessionUnknown
        }
    }
}

/// Which types an endpoint wants.
public struct EventFilter: Sendable, Equatable {
    /// As the client wrote it: types, or `session.*`.
    public let patterns: [String]

    /// Everything about sessions.
    public static let allSessions = EventFilter(stored: ["session.*"])

    /// Checks each pattern; `nil` when one is neither a type of a session's events nor `session.*`, or there is none.
    public init?(_ patterns: [String]) {
        let known = EventType.allCases.map(\.rawValue).filter { $0.hasPrefix("session.") } + ["session.*"]
        guard !patterns.isEmpty, patterns.allSatisfy(known.contains), Set(patterns).count == patterns.count
        else { return nil }
        self.patterns = patterns
    }

    /// Takes over what was checked before.
    public init(stored patterns: [String]) {
        self.patterns = patterns
    }

    /// Whether the endpoint wants that type. A test goes to its endpoint whatever this says.
    public func wants(_ type: EventType) -> Bool {
        patterns.contains(type.rawValue) || (type != .endpointTest && patterns.contains("session.*"))
    }
}
