/// What a statement gave.
public struct PostgreSQLRows: Sendable {
    /// The names of the columns.
    public let columns: [String]
    /// The rows, each with a value for each column.
    public let rows: [[PostgreSQLValue]]
    /// How many rows were read, inserted, changed or removed; 0 for any other statement.
    public let affected: Int
}
