import BridgeCore

/// Which rows are whose, in the words of an engine's SQL.
///
/// A SQLite file has one process at a time: what is pending there is its own, and only sessions name their owner, for
/// the sake of their epochs. On PostgreSQL, sessions, deliveries and reserved keys name the instance that they belong
/// to.
///
/// An id is put into the text as it is: the store's own process has made it of letters, digits and an underscore.
struct Ownership: Sendable {
    let dialect: Dialect
    /// The instance; empty for a process that is none.
    let id: String

    /// The owner of what was given up: no instance's id, nor what stands for a process that is none.
    static let nobody = "nobody"

    /// How long an instance that lost its lease is waited for by one that has just joined. When nobody could reach the
    /// database, it may still have to write how its sessions ended, and it tries that every five seconds.
    static let patience = "6 seconds"

    /// Whether what the process wrote would be nobody's.
    var isNobody: Bool { isShared && id.isEmpty }

    private var isShared: Bool { dialect == .postgreSQL }

    /// A further column of an INSERT, and its value.
    var column: String { isShared ? ", owner" : "" }
    var value: String { isShared ? ", '\(id)'" : "" }

    /// A further assignment of an UPDATE.
    var assignment: String { isShared ? ", owner = '\(id)'" : "" }

    /// A further assignment of an UPDATE of deliveries, which leaves to another instance what that may be sending.
    ///
    /// - Parameter limit: A moment in SQL; what is pending and due before it counts as being sent.
    func assignment(unlessDueBefore limit: String) -> String {
        guard isShared else { return "" }
        let isDue = "delivery.status = 'pending' AND delivery.next_attempt_at < \(limit)"
        let isThere = "NOT \(isGone("delivery.owner", isLongThere: true))"
        return ", owner = CASE WHEN \(isDue) AND \(isThere) THEN delivery.owner ELSE '\(id)' END"
    }

    /// Whether a row belongs to this instance.
    func has(_ owner: String) -> String { isShared ? "\(owner) = '\(id)'" : "TRUE" }

    /// Whether the owner that a column names is another one, and gone.
    ///
    /// - Parameter isLongThere: Whether this instance has been there for longer than ``patience``. Otherwise, only
    ///   those are gone that have left.
    func isGone(_ owner: String, isLongThere: Bool) -> String {
        guard isShared else { return "\(owner) <> '\(id)'" }
        let isThere = isLongThere ? " AND i.lease_until > statement_timestamp()" : ""
        return "NOT EXISTS (SELECT 1 FROM instance i WHERE i.id = \(owner)\(isThere))"
    }

    /// Whether a request's reserved key may be freed: who reserved it is gone, and no start that may have reached
    /// Marksign still has it.
    func isLost(keyWhenLongThere isLongThere: Bool) -> String {
        """
        idempotency.status IS NULL AND (idempotency.session_id IS NULL OR NOT EXISTS (
            SELECT 1 FROM session s WHERE s.id = idempotency.session_id AND s.status = 'starting'))
        \(isShared ? "AND \(isGone("idempotency.owner", isLongThere: isLongThere))" : "")
        """
    }

    /// A query for the owners of some rows: a step in an index for each owner, however many rows it has.
    static func owners(in table: String, where condition: String) -> String {
        """
        WITH RECURSIVE owners (owner) AS (
            SELECT min(owner) FROM \(table) WHERE \(condition)
            UNION ALL
            SELECT (SELECT min(r.owner) FROM \(table) r WHERE \(condition) AND r.owner > o.owner)
            FROM owners o WHERE o.owner IS NOT NULL
        )
        SELECT owner FROM owners WHERE owner IS NOT NULL
        """
    }
}

extension SQLStore {
    /// Whether other processes may use the database at the same time.
    var isShared: Bool { engine.dialect == .postgreSQL }
}

/// So many parameters, for a list of values.
func placeholders(_ count: Int) -> String {
    Array(repeating: "?", count: count).joined(separator: ", ")
}
