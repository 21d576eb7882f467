/// Where the store is.
public enum StoreLocation: Sendable, Equatable, CustomStringConvertible {
    /// A SQLite database in a file.
    case sqlite(path: String)

    /// Reads `sqlite:` and a path; `nil` when it is anything else.
    public init?(_ text: String) {
        guard text.hasPrefix("sqlite:") else { return nil }
        let path = String(text.dropFirst("sqlite:".count))
        // "//" would begin a host, ":memory:" forgets everything, and a folder is no file.
        guard !path.isEmpty, !path.hasPrefix("//"), !path.hasPrefix(":"), !path.hasSuffix("/"),
            !path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || $0 == "?" || $0 == "#" })
        else { return nil }
        self = .sqlite(path: path)
    }

    /// The location as a setting has it.
    public var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        }
    }
}
