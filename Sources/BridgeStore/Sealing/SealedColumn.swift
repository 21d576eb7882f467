import BridgeCore
import Foundation

/// Every column whose values are sealed. Nothing is sealed for a place outside of them, so that sealing all anew
/// forgets none.
enum SealedColumn: String, CaseIterable, Sendable {
    case metaValue = "meta.value"
    case keyProof = "sealing_key.proof"
    case credentials = "endpoint.credentials"
    case token = "session.token"
    case controlCode = "session.control_code"
    case metadata = "session.metadata"
    case result = "session.result"
    case personal = "session_personal.data"
    case fileChunk = "file_chunk.bytes"
    case eventBody = "event.body"
    case response = "attempt.response"
    case keptAnswer = "idempotency.body"

    var table: Substring { rawValue.prefix { $0 != "." } }
    var name: Substring { rawValue.drop { $0 != "." }.dropFirst() }
}

/// Where a sealed value is stored: a value moved to another column or row cannot be opened there.
struct Place: Sendable, CustomStringConvertible {
    private let column: String
    private let row: String

    init(_ column: SealedColumn, _ row: String) {
        self.init(formerly: column.rawValue, row)
    }

    /// A place that an earlier version of the schema had.
    init(formerly column: String, _ row: String) {
        self.column = column
        self.row = row
    }

    var bytes: Data { Data("\(column)\u{0}\(row)".utf8) }
    var description: String { "\(column) of \(row)" }
}
