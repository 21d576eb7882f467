import Foundation

/// A value of a column, as every engine stores it.
enum ColumnValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)
    case blob(Data)
}

/// What a column may hold.
protocol ColumnConvertible: Sendable {
    var columnValue: ColumnValue { get }

    /// `nil`: it is null, or of another type.
    init?(_ value: ColumnValue)
}

extension ColumnValue: ColumnConvertible {
    var columnValue: ColumnValue { self }

    init?(_ value: ColumnValue) {
        self = value
    }
}

extension Int64: ColumnConvertible {
    var columnValue: ColumnValue { .integer(self) }

    init?(_ value: ColumnValue) {
        guard case .integer(let number) = value else { return nil }
        self = number
    }
}

extension Int: ColumnConvertible {
    var columnValue: ColumnValue { .integer(Int64(self)) }

    init?(_ value: ColumnValue) {
        guard case .integer(let number) = value else { return nil }
        self = Int(number)
    }
}

/// Truth values are the integers 0 and 1.
extension Bool: ColumnConvertible {
    var columnValue: ColumnValue { .integer(self ? 1 : 0) }

    init?(_ value: ColumnValue) {
        guard case .integer(let number) = value else { return nil }
        self = number != 0
    }
}

extension String: ColumnConvertible {
    var columnValue: ColumnValue { .text(self) }

    init?(_ value: ColumnValue) {
        guard case .text(let text) = value else { return nil }
        self = text
    }
}

extension Data: ColumnConvertible {
    var columnValue: ColumnValue { .blob(self) }

    init?(_ value: ColumnValue) {
        guard case .blob(let bytes) = value else { return nil }
        self = bytes
    }
}
