/// Why something was not done, or is not known to be done.
public struct PostgreSQLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What callers decide by.
    public let kind: Kind

    /// The five characters of the server's code, such as `23505`; nil when the server did not say it.
    public let sqlState: String?

    /// The constraint that was violated, when the server names one.
    public let constraint: String?

    /// One line for people, of at most 300 characters.
    ///
    /// It never holds the password, and of the server only the primary message: its details repeat what is in rows.
    public let message: String

    /// Makes an error; of the message, only the first 300 characters of its first line are kept.
    public init(_ kind: Kind, sqlState: String? = nil, constraint: String? = nil, message: String) {
        self.kind = kind
        self.sqlState = sqlState
        self.constraint = constraint
        self.message = String((message.split(whereSeparator: \.isNewline).first ?? "no reason was given").prefix(300))
    }

    /// The kind, the code if there is one, and the message, as in `unique 23505: duplicate key value …`.
    public var description: String {
        "\(kind.rawValue)\(sqlState.map { " \($0)" } ?? ""): \(message)"
    }

    /// The same error, of another kind.
    func with(_ kind: Kind) -> PostgreSQLError {
        PostgreSQLError(kind, sqlState: sqlState, constraint: constraint, message: message)
    }
}
