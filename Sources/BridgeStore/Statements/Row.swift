/// A row of a query's answer.
struct Row: Sendable {
    private let values: [ColumnValue]

    init(_ values: [ColumnValue]) {
        self.values = values
    }

    /// A column of that type that is never null: the schema sees to both.
    subscript<Value: ColumnConvertible>(_ column: Int) -> Value {
        guard let value = Value(values[column]) else {
            preconditionFailure("column \(column) holds no \(Value.self)")
        }
        return value
    }

    /// A column of that type that may be null.
    subscript<Value: ColumnConvertible>(_ column: Int) -> Value? {
        hasNull(column) ? nil : self[column] as Value
    }

    func hasNull(_ column: Int) -> Bool {
        values[column] == .null
    }
}
