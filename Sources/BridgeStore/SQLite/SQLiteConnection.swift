import Foundation
import GRDB

/// A connection to SQLite. Every statement is compiled once for each.
struct SQLiteConnection: DatabaseConnection {
    let database: GRDB.Database

    var dialect: Dialect { .sqlite }

    func execute(_ sql: String, _ arguments: StatementArguments) throws -> Int {
        try database.cachedStatement(sql: sql).execute(arguments: arguments.asSQLite)
        return database.changesCount
    }

    func query(_ sql: String, _ arguments: StatementArguments, _ body: (Row) throws -> Bool) throws {
        let rows = try GRDB.Row.fetchCursor(database.cachedStatement(sql: sql), arguments: arguments.asSQLite)
        while let row = try rows.next(), try body(Row(row)) {}
    }

    /// There is one writer.
    func lock(_ lock: TransactionLock) {}
}

extension Database {
    init(_ database: GRDB.Database) {
        self.init(SQLiteConnection(database: database))
    }
}

extension StatementArguments {
    fileprivate var asSQLite: GRDB.StatementArguments {
        GRDB.StatementArguments(
            values.map { value in
                switch value {
                case .null: DatabaseValue.null
                case .integer(let number): number.databaseValue
                case .text(let text): text.databaseValue
                case .blob(let bytes): bytes.databaseValue
                }
            })
    }
}

extension Row {
    /// Copies what SQLite keeps only until the next step.
    fileprivate init(_ row: GRDB.Row) {
        self.init(
            row.databaseValues.map { value in
                switch value.storage {
                case .null: .null
                case .int64(let number): .integer(number)
                case .string(let text): .text(text)
                case .blob(let bytes): .blob(bytes)
                // No column holds one: the tables are strict.
                case .double(let number): .integer(Int64(number))
                }
            })
    }
}
