/// A connection inside a transaction: what an engine gives to run statements on.
///
/// It keeps a statement prepared for as long as the connection lives, where that is possible. Where a column is a
/// truth value, the engine gives it as the integers 0 and 1.
protocol DatabaseConnection {
    var dialect: Dialect { get }

    /// Runs a statement; how many rows it changed, those of cascades not counted.
    func execute(_ sql: String, _ arguments: StatementArguments) throws -> Int

    /// Runs a query, and gives its rows one by one until `body` returns `false`.
    func query(_ sql: String, _ arguments: StatementArguments, _ body: (Row) throws -> Bool) throws

    /// Waits until no other transaction has that lock, and keeps it until the end of this one.
    func lock(_ lock: TransactionLock) throws
}
