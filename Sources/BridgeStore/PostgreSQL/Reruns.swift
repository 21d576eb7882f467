import PostgreSQLClient

/// Whether and when a transaction that failed runs again, decided without a clock or randomness of its own.
struct Reruns {
    /// How often another transaction may be in the way.
    static let maximumConflicts = 8
    /// How long a database that is away is tried for. Whoever waits is told then.
    static let patience: Duration = .seconds(4)
    /// The same after a commit whose answer was lost: it is better known what became of it.
    static let patienceInDoubt: Duration = .seconds(10)

    private let start: ContinuousClock.Instant
    private var failures = 0
    /// Whether it has run before.
    private(set) var isRerun = false
    /// Whether one of the runs before may be committed.
    private(set) var isInDoubt = false

    init(at start: ContinuousClock.Instant) {
        self.start = start
    }

    /// How long to wait before it runs again, a random part of a time that doubles; `nil` when it does not.
    ///
    /// - Parameter random: From 0 up to 1.
    mutating func wait(after error: any Error, at now: ContinuousClock.Instant, random: Double) -> Duration? {
        if case let error as PostgreSQLError = error, error.kind == .inDoubt { isInDoubt = true }
        guard mayRun(after: error, start.duration(to: now)) else { return nil }
        isRerun = true
        defer { failures += 1 }
        return .milliseconds(10) * (1 << min(failures, 5)) * random
    }

    private func mayRun(after error: any Error, _ passed: Duration) -> Bool {
        let patience = isInDoubt ? Self.patienceInDoubt : Self.patience
        switch error {
        case is LookAgain: return failures < Self.maximumConflicts
        case let error as PostgreSQLError:
            switch error.kind {
            case .conflict, .unique: return failures < Self.maximumConflicts && passed < patience
            case .inDoubt, .unavailable, .readOnly: return passed < patience
            // A reference to what was removed meanwhile.
            case .other where error.sqlState == "23503": return failures < Self.maximumConflicts
            case .timeout, .denied, .missing, .other: return false
            }
        default: return false
        }
    }
}
