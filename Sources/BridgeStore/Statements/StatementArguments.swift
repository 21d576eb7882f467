/// What the parameters of a statement stand for, in their order.
struct StatementArguments: Sendable, ExpressibleByArrayLiteral {
    let values: [ColumnValue]

    init(_ values: [ColumnValue]) {
        self.values = values
    }

    init(arrayLiteral elements: (any ColumnConvertible)?...) {
        values = elements.map { $0?.columnValue ?? .null }
    }

    static func + (first: StatementArguments, second: StatementArguments) -> StatementArguments {
        StatementArguments(first.values + second.values)
    }
}
