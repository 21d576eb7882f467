import BridgeCore
import GRDB

extension StoreError {
    /// Sorts an error by whether the store can be used on.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self.init(error)
        case let error as DamagedValue: self = .fatal(error.description)
        default: self = .unavailable("\(error)")
        }
    }

    private init(_ error: DatabaseError) {
        let code = error.extendedResultCode
        let text = "SQLite \(code.rawValue): \(error.message ?? "no message")"
        self =
            switch code.primaryResultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: .fatal(text)
            case .SQLITE_IOERR where Self.leavesDiskUnknown.contains(code): .fatal(text)
            default: .unavailable(text)
            }
    }

    private static let leavesDiskUnknown: [ResultCode] = [
        .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC, .SQLITE_IOERR_DATA, .SQLITE_IOERR_CORRUPTFS,
    ]
}
