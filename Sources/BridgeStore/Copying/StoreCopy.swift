import BridgeCore

/// Moves everything of a store into another one, which is new, while no service uses either.
///
/// What is sealed stays sealed as it is: both have the same keys, and the copy is the same store, by its id and its
/// fingerprints. It is read in pages and written in commits of its own; one that was cut leaves a store without its
/// identity, which nobody can open.
public struct StoreCopy: Sendable {
    /// Why a copy was refused, or is not to be used.
    public enum Failure: Error, Equatable, CustomStringConvertible {
        /// A service that uses the store is running.
        case inUse
        /// There is something in the other store already.
        case notEmpty
        /// A table is not the same on both sides.
        case differs(table: String, rows: Int, copied: Int)

        /// One line for an operator.
        public var description: String {
            switch self {
            case .inUse: "a service uses one of the stores: stop all of them first"
            case .notEmpty: "the store to copy to is in use already: name a new one"
            case .differs(let table, let rows, let copied):
                "the table \(table) was not copied as it is (\(rows) rows, \(copied) in the copy): do not use the copy"
            }
        }
    }

    private let source: SQLStore
    private let target: SQLStore

    /// A copy of `source` into `target`.
    public init(from source: SQLStore, to target: SQLStore) {
        self.source = source
        self.target = target
    }

    /// Copies everything, and compares what both sides have then; how many rows each table has.
    ///
    /// - Throws: ``Failure`` or a `StoreError`.
    public func run() async throws -> [(table: String, rows: Int)] {
        try await checkUse()
        guard try await target.clients().isEmpty else { throw Failure.notEmpty }
        try await target.write { db in
            for table in ["meta", "sealing_key"] { try db.run("DELETE FROM \(table)") }
        }
        var counts: [(table: String, rows: Int)] = []
        for table in CopiedTable.all {
            // A service that was started meanwhile may have written behind the copy, which gets no identity then.
            if table.name == CopiedTable.identity { try await checkUse() }
            let columns = try await source.read { try table.columns($0) }
            let digest = try await scan(table, columns, of: source) { page in
                try await target.write { try table.insert(page, columns, $0) }
            }
            let copied = try await scan(table, columns, of: target) { _ in }
            guard digest == copied else {
                throw Failure.differs(table: table.name, rows: digest.rows, copied: copied.rows)
            }
            counts.append((table.name, digest.rows))
        }
        return counts
    }

    /// Gives `body` the rows of a table page by page.
    private func scan(
        _ table: CopiedTable, _ columns: [String], of store: SQLStore,
        _ body: ([[ColumnValue]]) async throws -> Void
    ) async throws -> TableDigest {
        var digest = TableDigest()
        var last: [ColumnValue]?
        while true {
            let page = try await store.read { [last] in try table.page(after: last, columns, $0) }
            guard let end = page.last else { return digest }
            try await body(page)
            for row in page { digest.add(row) }
            last = Array(end.prefix(table.key.count))
        }
    }

    private func checkUse() async throws {
        guard try await !isInUse(source), try await !isInUse(target) else { throw Failure.inUse }
    }

    /// Of SQLite the lock tells; it is held.
    private func isInUse(_ store: SQLStore) async throws -> Bool {
        guard store.engine.dialect == .postgreSQL else { return false }
        return try await store.read { db in
            try db.value("SELECT 1 FROM instance WHERE lease_until > now() LIMIT 1", as: Int.self) != nil
        }
    }
}
