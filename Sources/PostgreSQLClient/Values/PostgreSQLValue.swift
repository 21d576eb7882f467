/// A value of a column or a parameter.
public enum PostgreSQLValue: Sendable, Hashable {
    /// SQL's NULL; also what a function that returns `void` gives.
    case null
    /// A `smallint`, `integer` or `bigint`; of results also a `boolean`, as 0 or 1.
    case integer(Int64)
    /// A `text`, `varchar` or `name`, without NUL characters.
    case text(String)
    /// A `bytea`: an array, which needs no Foundation and has its bytes in one place.
    case blob([UInt8])
}
