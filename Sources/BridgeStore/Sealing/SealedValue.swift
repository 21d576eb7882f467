import BridgeCore
import Foundation

/// A sealed value, and where it is.
struct SealedValue: Sendable {
    /// Its row's key, in the order of ``SealedColumn/key``.
    let key: StatementArguments
    let sealed: Data
    let place: Place

    private static let batchBytes = StoredFile.chunkSize

    /// The next values that another key sealed, as many as one write may hold.
    ///
    /// - Parameter after: The key of the last one before; `nil` begins.
    static func batch(
        of column: SealedColumn, after: StatementArguments?, notSealedBy keyID: Data, _ db: Database
    ) throws -> [SealedValue] {
        let key = column.key.joined(separator: ", ")
        let isAfter = after == nil ? "" : "AND (\(key)) > (\(column.keyParameters))"
        var batch: [SealedValue] = []
        var bytes = 0
        // The key's id stands behind the first byte of the sealed form.
        try db.scan(
            """
            SELECT \(column.name), \(column.selected) FROM \(column.table)
            WHERE \(column.condition) AND substr(\(column.name), 2, \(keyID.count)) <> ? \(isAfter)
            ORDER BY \(key) LIMIT \(column.batchCount)
            """,
            [keyID] + (after ?? [])
        ) { row in
            let value = SealedValue(
                key: StatementArguments(column.key.indices.map { row[$0 + 1] }), sealed: row[0],
                place: column.place(row, from: 1))
            bytes += value.sealed.count
            batch.append(value)
            return bytes < batchBytes
        }
        return batch
    }
}

// MARK: How a column's values are found

extension SealedColumn {
    /// Names a row, in an order in which a walk over the table can go on: that of an index.
    var key: [String] {
        switch self {
        case .metaValue: ["name"]
        case .keyProof: ["key_id"]
        case .personal: ["session_id"]
        case .fileChunk: ["session_id", "epoch", "number"]
        case .response: ["client_id", "id"]
        case .keptAnswer: ["client_id", "digest"]
        case .credentials, .token, .controlCode, .metadata, .result, .eventBody: ["id"]
        }
    }

    /// The parameters of a key.
    var keyParameters: String {
        key.map { _ in "?" }.joined(separator: ", ")
    }

    /// Which rows hold a sealed value.
    var condition: String {
        self == .metaValue ? "name = 'fingerprint_key'" : "\(name) IS NOT NULL"
    }

    /// The key, and of what else a value's place is made.
    fileprivate var selected: String {
        (key + (self == .keptAnswer ? ["session_id"] : [])).joined(separator: ", ")
    }

    /// How many are read at once: a file's chunks are as large as a write may be.
    fileprivate var batchCount: Int {
        self == .fileChunk ? 1 : 256
    }

    fileprivate func place(_ row: Row, from first: Int) -> Place {
        switch self {
        case .fileChunk: SQLStore.chunkPlace(row[first + 2], SessionID(stored: row[first]), row[first + 1])
        case .response: Place(self, row[first + 1])
        case .keptAnswer:
            (row.optionalID(first + 2) as SessionID?).map(KeptAnswers.place(session:))
                ?? KeptAnswers.place(client: ClientID(stored: row[first]), digest: row[first + 1])
        default: Place(self, row[first])
        }
    }
}
