import BridgeCore
import GRDB

extension DatabaseError: EngineError {
    var asStoreError: StoreError {
        let code = extendedResultCode
        let text = "SQLite \(code.rawValue): \(message ?? "no message")"
        return switch code.primaryResultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: .fatal(text)
        case .SQLITE_IOERR where Self.leavesDiskUnknown.contains(code): .fatal(text)
        default: .unavailable(text)
        }
    }

    private static let leavesDiskUnknown: [ResultCode] = [
        .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC, .SQLITE_IOERR_DATA, .SQLITE_IOERR_CORRUPTFS,
    ]
}
