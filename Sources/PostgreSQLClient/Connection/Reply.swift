import CPostgreSQL

/// An answer of the server, as libpq keeps it.
final class Reply {
    private let result: OpaquePointer

    /// Takes over a `PGresult`.
    init(_ result: OpaquePointer) {
        self.result = result
    }

    deinit { PQclear(result) }

    var status: ExecStatusType { PQresultStatus(result) }
    /// What was done, as in `COMMIT`.
    var command: String { String(cString: PQcmdStatus(result)) }

    func field(_ code: Int) -> String? {
        PQresultErrorField(result, CInt(code)).map { String(cString: $0) }
    }

    /// The error that this answer is.
    var error: PostgreSQLError {
        let state = field(CPOSTGRESQL_SQLSTATE)
        return PostgreSQLError(
            state.map { .init(sqlState: $0) } ?? .unavailable, sqlState: state,
            constraint: field(CPOSTGRESQL_CONSTRAINT),
            message: field(CPOSTGRESQL_MESSAGE) ?? String(cString: PQresultErrorMessage(result)))
    }

    func rows() throws(PostgreSQLError) -> PostgreSQLRows {
        var types: [ColumnType] = []
        var columns: [String] = []
        for column in 0..<PQnfields(result) {
            let name = String(cString: PQfname(result, column))
            let number = PQftype(result, column)
            guard let type = ColumnType(rawValue: number) else {
                throw PostgreSQLError(
                    .other, message: "the column \"\(name)\" has a type (\(number)) that is not read here: cast it")
            }
            types.append(type)
            columns.append(name)
        }
        var rows: [[PostgreSQLValue]] = []
        rows.reserveCapacity(Int(PQntuples(result)))
        for row in 0..<PQntuples(result) {
            var values: [PostgreSQLValue] = []
            values.reserveCapacity(columns.count)
            for column in 0..<PQnfields(result) {
                values.append(try value(row, column, types[Int(column)], columns[Int(column)]))
            }
            rows.append(values)
        }
        return PostgreSQLRows(
            columns: columns, rows: rows, affected: Int(String(cString: PQcmdTuples(result))) ?? 0)
    }

    private func value(
        _ row: CInt, _ column: CInt, _ type: ColumnType, _ name: String
    ) throws(PostgreSQLError) -> PostgreSQLValue {
        if PQgetisnull(result, row, column) == 1 { return .null }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
        guard let value = type.value(bytes) else {
            throw PostgreSQLError(
                .other, message: "the column \"\(name)\" has a value that is not of its type, or not UTF-8")
        }
        return value
    }
}
