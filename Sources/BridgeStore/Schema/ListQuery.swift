import BridgeCore
import GRDB

/// A list, newest first, in pages that miss nothing while entries are added: a page goes on after an id.
struct ListQuery: Sendable {
    private let select: String
    private let id: String
    private var conditions: [String]
    private var arguments: [any DatabaseValueConvertible & Sendable]

    init(_ select: String, id: String, where condition: String, _ argument: any DatabaseValueConvertible & Sendable) {
        self.select = select
        self.id = id
        conditions = [condition]
        arguments = [argument]
    }

    mutating func add(_ condition: String, _ argument: (any DatabaseValueConvertible & Sendable)? = nil) {
        conditions.append(condition)
        if let argument { arguments.append(argument) }
    }

    /// One row more than the page holds: it tells whether there is another page.
    func rows(_ page: PageRequest, _ db: Database) throws -> [Row] {
        var query = self
        if let after = page.after { query.add("\(id) < ?", after) }
        let conditions = query.conditions.joined(separator: " AND ")
        return try db.rows(
            "\(select) WHERE \(conditions) ORDER BY \(id) DESC LIMIT ?",
            StatementArguments(query.arguments) + [page.limit + 1])
    }
}

extension SQLiteStore {
    /// A page of a list whose rows begin with their id.
    func list<Element: Sendable>(
        _ query: ListQuery, _ page: PageRequest, _ element: @escaping @Sendable (Row) throws -> Element
    ) async throws(StoreError) -> Page<Element> {
        try await read { db in
            let rows = try query.rows(page, db)
            let shown = rows.prefix(page.limit)
            let next: String? = rows.count > page.limit ? shown.last?[0] : nil
            return Page(elements: try shown.map(element), next: next)
        }
    }
}
