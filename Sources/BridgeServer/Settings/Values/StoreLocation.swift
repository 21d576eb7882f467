import PostgreSQLClient

/// Where the store is.
public enum StoreLocation: Sendable, Equatable, CustomStringConvertible {
    /// A SQLite database in a file.
    case sqlite(path: String)
    /// A PostgreSQL database.
    case postgreSQL(PostgreSQLURL)

    /// Reads `sqlite:` and a path, or a URL of PostgreSQL; `nil` when it is anything else.
    public init?(_ text: String) {
        if let url = try? PostgreSQLURL(text, applicationName: "marksign-bridge") {
            self = .postgreSQL(url)
            return
        }
        guard text.hasPrefix("sqlite:") else { return nil }
        let path = String(text.dropFirst("sqlite:".count))
        // "//" would begin a host, ":memory:" forgets everything, and a folder is no file.
        guard !path.isEmpty, !path.hasPrefix("//"), !path.hasPrefix(":"), !path.hasSuffix("/"),
            !path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || $0 == "?" || $0 == "#" })
        else { return nil }
        self = .sqlite(path: path)
    }

    /// The location as it may be shown: without a password.
    public var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .postgreSQL(let url): "postgres://\(url)"
        }
    }

    /// Whether a text, well formed or not, may hold the password of a database.
    static func mayHoldPassword(_ text: String) -> Bool {
        guard let end = text.firstRange(of: "://")?.upperBound else { return text.contains("password=") }
        let user = text[end...].lastIndex(of: "@").map { text[end..<$0] } ?? ""
        return user.contains(":") || text.contains("password=")
    }
}
