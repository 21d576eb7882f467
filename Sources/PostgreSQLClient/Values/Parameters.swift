import CPostgreSQL

/// Parameters in the form that libpq takes: the bytes of all in one block.
struct Parameters {
    private var bytes: [UInt8] = []
    /// Where each begins in the block; nil for null.
    private var starts: [Int?] = []
    private var lengths: [CInt] = []
    private var types: [Oid] = []
    private var formats: [CInt] = []

    init(_ values: [PostgreSQLValue]) throws(PostgreSQLError) {
        guard values.count <= Int(UInt16.max) else {
            throw PostgreSQLError(.other, message: "a statement has at most 65535 parameters, not \(values.count)")
        }
        for (index, value) in values.enumerated() {
            switch value {
            case .null: add([UInt8]?.none, isText: true)
            // As text, and of no type: the server takes it for what the statement needs there.
            case .integer(let integer): add(String(integer).utf8, isText: true)
            case .text(let text):
                guard !text.utf8.contains(0) else {
                    throw PostgreSQLError(.other, message: "the parameter $\(index + 1) holds a NUL character")
                }
                add(text.utf8, isText: true)
            case .blob(let blob):
                guard blob.count < 1 << 30 else {
                    throw PostgreSQLError(.other, message: "the parameter $\(index + 1) is of 1 GiB or more")
                }
                add(blob, isText: false)
            }
        }
    }

    private mutating func add(_ value: (some Collection<UInt8>)?, isText: Bool) {
        starts.append(value == nil ? nil : bytes.count)
        lengths.append(CInt(value?.count ?? 0))
        types.append(isText ? 0 : ColumnType.bytea.rawValue)
        formats.append(isText ? 0 : 1)
        guard let value else { return }
        bytes.append(contentsOf: value)
        if isText { bytes.append(0) }
    }

    /// Sends a statement with these parameters; the answer is wanted in binary.
    func send(_ sql: String, to connection: OpaquePointer) -> CInt {
        bytes.withUnsafeBytes { block in
            // An empty block has no address, but an empty value must have one: to libpq, none means null.
            let base = block.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = starts.map { start in start.map { (base ?? Self.nothing) + $0 } }
            return PQsendQueryParams(connection, sql, CInt(starts.count), types, values, lengths, formats, 1)
        }
    }

    private static var nothing: UnsafePointer<CChar> {
        let nothing: StaticString = ""
        return UnsafeRawPointer(nothing.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
