extension PostgreSQLError {
    /// What callers decide by; the raw values are stable and few, fit for metric labels.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Another transaction was in the way, nothing is changed: run the whole transaction again.
        case conflict
        /// A row with that key is there already; nothing is changed.
        case unique
        /// The server only reads, as after a failover; nothing is changed, and the connection was closed.
        case readOnly
        /// The server is out of reach, going down or full, and nothing is changed: it may work later.
        case unavailable
        /// What was to be committed may be committed or not: the connection ended, or the time, before the answer came.
        case inDoubt
        /// The server was not done in time; nothing is changed.
        case timeout
        /// The user, the password or a right is missing; it takes a person.
        case denied
        /// The database, schema or table is missing; it takes a person.
        case missing
        /// Anything else: a fault of the statement, of its values or of this program. Nothing is changed.
        case other
    }
}

extension PostgreSQLError.Kind {
    /// The kind of what a server answers with this code.
    ///
    /// PgBouncer says 08P01 to nearly everything that it refuses itself, a wrong password included.
    init(sqlState: String) {
        switch sqlState {
        case "40001", "40P01", "55P03": self = .conflict
        case "23505": self = .unique
        case "25006": self = .readOnly
        // The last two end a transaction that idled, or lasted, for too long.
        case "57014", "25P03", "25P04": self = .timeout
        case "42501": self = .denied
        case "3D000", "3F000", "42P01": self = .missing
        default:
            switch sqlState.prefix(2) {
            case "08", "53": self = .unavailable
            case "28": self = .denied
            default: self = sqlState.hasPrefix("57P0") ? .unavailable : .other
            }
        }
    }

    /// Whether waiting does not help.
    var isLasting: Bool { self == .denied || self == .missing || self == .other }
}
