import BridgeCore

/// A list of a client's things, newest first, in pages that miss nothing while entries are added: a page goes on after
/// an id.
///
/// The index that finds the rows is named, so that a list never looks at those of other clients: SQLite refuses a query
/// that cannot use it.
struct ListQuery: Sendable {
    let client: ClientID
    private let columns: String
    private let table: String
    private let alias: String
    private let index: String
    private let dialect: Dialect
    private let joins: String
    /// The id, as the bounds of a page and of time name it.
    private var id: String
    private var conditions: [String]
    private var arguments: [ColumnValue]

    init(
        _ columns: String, from table: String, _ alias: String, by index: String, joins: String = "",
        of client: ClientID, in dialect: Dialect
    ) {
        self.client = client
        self.columns = columns
        self.table = table
        self.alias = alias
        self.index = dialect.indexed(by: index)
        self.dialect = dialect
        self.joins = joins
        id = "\(alias).id"
        conditions = ["\(alias).client_id = ?"]
        arguments = [client.rawValue.columnValue]
    }

    /// Adds a condition and what its question marks stand for; what is `nil` has none.
    mutating func add(_ condition: String, _ arguments: (any ColumnConvertible)?...) {
        conditions.append(condition)
        self.arguments += arguments.compactMap { $0?.columnValue }
    }

    /// Adds a condition that leaves few ids, for the search to begin with; before any bound is added.
    mutating func begin(with ids: String, _ arguments: (any ColumnConvertible)?...) {
        conditions.append("\(alias).id IN (\(ids))")
        self.arguments += arguments.compactMap { $0?.columnValue }
        id = dialect.unsearched(id)
    }

    /// Only what happened then, by that column.
    ///
    /// - Parameter kind: That of the list's ids: they tell where to stop looking.
    mutating func add<Kind: IdentifierKind>(_ time: TimeRange, on column: String, _ kind: Kind.Type) {
        if let since = time.since {
            add("\(column) >= ?", since.milliseconds)
            add("\(id) >= ?", Identifier<Kind>.lowest(since: since).rawValue)
        }
        if let until = time.until { add("\(column) < ?", until.milliseconds) }
    }

    /// The statement for a page, and what it is given. It asks for one row more than the page holds, which tells
    /// whether there is another page.
    func statement(_ page: PageRequest) -> (sql: String, arguments: StatementArguments) {
        var query = self
        if let after = page.after { query.add("\(id) < ?", after) }
        let sql = """
            SELECT \(columns) FROM \(table) \(alias) \(index) \(joins)
            WHERE \(query.conditions.joined(separator: " AND ")) ORDER BY \(alias).id DESC LIMIT ?
            """
        return (sql, StatementArguments(query.arguments) + [page.limit + 1])
    }
}

extension SQLStore {
    /// A page of a list whose rows begin with their id; one that cannot be read is left out.
    func list<Element: Sendable>(
        _ query: ListQuery, _ page: PageRequest, _ element: @escaping @Sendable (Row) throws -> Element
    ) async throws(StoreError) -> Page<Element> {
        try await readInTurn(for: query.client) { [unreadable] db in
            let (sql, arguments) = query.statement(page)
            let rows = try db.rows(sql, arguments)
            let shown = rows.prefix(page.limit)
            let next: String? = rows.count > page.limit ? shown.last?[0] : nil
            let elements = try shown.compactMap { row in try unreadable.passOver(row[0]) { try element(row) } }
            return Page(elements: elements, next: next)
        }
    }
}
