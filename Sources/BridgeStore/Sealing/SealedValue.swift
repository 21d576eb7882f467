import BridgeCore
import Foundation
import GRDB

/// A sealed value, and where it is.
struct SealedValue: Sendable {
    let cursor: DatabaseValue
    let sealed: Data
    let place: Place

    private static let batchCount = 256
    private static let batchBytes = StoredFile.chunkSize

    /// The next values that another key sealed, as many as one write may hold.
    static func batch(
        of column: SealedColumn, after cursor: DatabaseValue, notSealedBy keyID: Data, _ db: Database
    ) throws -> [SealedValue] {
        // The key's id stands behind the first byte of the sealed form.
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT \(column.cursor), \(column.name), \(column.placeColumns) FROM \(column.table)
                WHERE \(column.cursor) > ? AND \(column.condition) AND substr(\(column.name), 2, ?) <> ?
                ORDER BY \(column.cursor) LIMIT ?
                """,
            arguments: [cursor, keyID.count, keyID, batchCount])
        var batch: [SealedValue] = []
        var bytes = 0
        while bytes < batchBytes, let row = try rows.next() {
            let value = SealedValue(cursor: row[0], sealed: row[1], place: column.place(row, from: 2))
            bytes += value.sealed.count
            batch.append(value)
        }
        return batch
    }
}

// MARK: How a column's values are found

extension SealedColumn {
    /// Names a row, in an order in which a walk over the table can go on.
    var cursor: String {
        switch self {
        case .metaValue: "name"
        case .personal: "session_id"
        default: "rowid"
        }
    }

    /// Before every row's cursor.
    var start: DatabaseValue { cursor == "rowid" ? 0.databaseValue : "".databaseValue }

    /// Which rows hold a sealed value.
    var condition: String {
        self == .metaValue ? "name = 'fingerprint_key'" : "\(name) IS NOT NULL"
    }

    /// Of what a value's place is made.
    var placeColumns: String {
        switch self {
        case .metaValue: "name"
        case .keyProof: "key_id"
        case .personal: "session_id"
        case .fileChunk: "session_id, epoch, number"
        case .keptAnswer: "session_id, client_id, digest"
        case .credentials, .token, .controlCode, .metadata, .result, .eventBody, .response: "id"
        }
    }

    func place(_ row: Row, from first: Int) -> Place {
        switch self {
        case .fileChunk: SQLiteStore.chunkPlace(row[first + 2], SessionID(stored: row[first]), row[first + 1])
        case .keptAnswer:
            (row.optionalID(first) as SessionID?).map(KeptAnswers.place(session:))
                ?? KeptAnswers.place(client: ClientID(stored: row[first + 1]), digest: row[first + 2])
        default: Place(self, row[first])
        }
    }
}
