import CPostgreSQL

/// How the binary form of a type is read, by the server's number of the type.
enum ColumnType: UInt32 {
    case bool = 16
    case bytea = 17
    case name = 19
    case int8 = 20
    case int2 = 21
    case int4 = 23
    case text = 25
    case varchar = 1043
    case void = 2278

    /// Nil when the bytes are not a value of the type.
    func value(_ bytes: UnsafeRawBufferPointer) -> PostgreSQLValue? {
        switch self {
        case .bool: bytes.count == 1 ? .integer(bytes[0] == 0 ? 0 : 1) : nil
        case .bytea: .blob(Array(bytes))
        case .int2: integer(bytes, Int16.self)
        case .int4: integer(bytes, Int32.self)
        case .int8: integer(bytes, Int64.self)
        // A database in SQL_ASCII may hold anything.
        case .name, .text, .varchar: String(validating: bytes, as: UTF8.self).map { .text($0) }
        case .void: .null
        }
    }

    private func integer<Integer: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, _: Integer.Type
    ) -> PostgreSQLValue? {
        guard bytes.count == MemoryLayout<Integer>.size else { return nil }
        return .integer(Int64(Integer(bigEndian: bytes.loadUnaligned(as: Integer.self))))
    }
}
