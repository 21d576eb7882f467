import Foundation
import PostgreSQLClient

/// A transaction on PostgreSQL. Nothing is kept prepared: the connection may lead through PgBouncer.
struct PostgreSQLTransaction: DatabaseConnection {
    let connection: PostgreSQLConnection

    var dialect: Dialect { .postgreSQL }

    func execute(_ sql: String, _ arguments: StatementArguments) throws -> Int {
        try send(sql, arguments).affected
    }

    /// All rows are here before the first is given: what is read at once has a limit.
    func query(_ sql: String, _ arguments: StatementArguments, _ body: (Row) throws -> Bool) throws {
        for row in try send(sql, arguments).rows {
            guard try body(Row(row.map(\.columnValue))) else { return }
        }
    }

    func lock(_ lock: TransactionLock) throws {
        _ = try connection.query("SELECT pg_advisory_xact_lock($1)", [.integer(lock.number)])
    }

    private func send(_ sql: String, _ arguments: StatementArguments) throws -> PostgreSQLRows {
        try connection.query(NumberedParameters.numbered(sql), arguments.values.map(\.postgreSQLValue))
    }
}

extension PostgreSQLValue {
    fileprivate var columnValue: ColumnValue {
        switch self {
        case .null: .null
        case .integer(let number): .integer(number)
        case .text(let text): .text(text)
        case .blob(let bytes): .blob(Data(bytes))
        }
    }
}

extension ColumnValue {
    fileprivate var postgreSQLValue: PostgreSQLValue {
        switch self {
        case .null: .null
        case .integer(let number): .integer(number)
        case .text(let text): .text(text)
        case .blob(let bytes): .blob(Array(bytes))
        }
    }
}
