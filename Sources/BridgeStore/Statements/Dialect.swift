/// How the SQL of an engine differs from what the engines have in common.
///
/// Everything else is written once: upserts name their conflict, truth values are compared with 1, and parameters are
/// `?` or `?1`. Text is compared byte by byte in both.
enum Dialect: Sendable {
    case sqlite
    case postgreSQL

    /// Whether transactions run beside each other, and rows have locks. SQLite has one writer.
    var locksRows: Bool { self == .postgreSQL }

    /// Makes a query use an index or fail. PostgreSQL knows how many rows there are of what, and chooses itself.
    func indexed(by index: String) -> String {
        self == .sqlite ? "INDEXED BY \(index)" : ""
    }

    /// A join whose left side leads. SQLite keeps the order of a CROSS JOIN; that of PostgreSQL takes no ON.
    var leadingJoin: String { self == .sqlite ? "CROSS JOIN" : "JOIN" }

    /// A column by which SQLite, which would prefer it, is not to search.
    func unsearched(_ column: String) -> String {
        self == .sqlite ? "+\(column)" : column
    }

    /// The end of a query that locks the rows it finds: all, or those of the tables named.
    ///
    /// - Parameter skipping: Whether rows that another transaction has locked are left out, instead of waited for.
    func lock(_ lock: RowLock, of tables: String? = nil, skipping: Bool = false) -> String {
        guard locksRows else { return "" }
        return "FOR \(lock.rawValue)" + (tables.map { " OF \($0)" } ?? "") + (skipping ? " SKIP LOCKED" : "")
    }
}

/// How a row is locked. None of them is in the way of who reads it without a lock.
enum RowLock: String, Sendable {
    /// It stays as it is; others may share it.
    case share = "SHARE"
    /// It is changed. Who refers to it is not in the way.
    case change = "NO KEY UPDATE"
    /// It is removed.
    case removal = "UPDATE"
}
