/// Why a store could not be opened. Whatever it is, the file is as it was before.
public enum StoreOpenError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another process holds the lock.
    case locked(path: String, lock: String)
    /// The folder of the file does not exist.
    case folderMissing(path: String)
    /// The file system does not let the file or its lock be opened for writing.
    case notAccessible(path: String, reason: String)
    /// There is no store yet, and none was to be made.
    case noStore(path: String)
    /// The file is missing or empty, and its write-ahead log is there and is not.
    case lost(path: String, log: String)
    /// The file is not a SQLite database.
    case notADatabase(path: String)
    /// The file is a SQLite database of something else.
    case foreign(path: String)
    /// The file is the bridge's, and damaged.
    case damaged(path: String, reason: String)
    /// The file was made by a newer version of the bridge.
    case newer(path: String)
    /// An encryption key is not 32 bytes long.
    case keyMalformed
    /// The store is sealed, and no key is given.
    case keyMissing(path: String)
    /// The store is sealed with a key that is not among those given.
    case keyDoesNotFit(path: String)
    /// A key is given, and the store is not sealed.
    case notSealed(path: String)
    /// SQLite refused for another reason.
    case failed(path: String, reason: String)

    /// One line for an operator.
    public var description: String {
        switch self {
        case .locked(let path, let lock):
            "the store \(path) is in use by another process: it holds the lock \(lock)"
        case .folderMissing(let path):
            "the store \(path) cannot be opened: its folder does not exist"
        case .notAccessible(let path, let reason):
            "the store \(path) cannot be opened for writing: \(reason)"
        case .noStore(let path):
            "there is no store at \(path)"
        case .lost(let path, let log):
            "the store \(path) is lost, and its log \(log) is there: put the file back, or move the log away"
        case .notADatabase(let path):
            "the file \(path) is not a database: it is left as it is, name another file for the store"
        case .foreign(let path):
            "the database \(path) belongs to another program: it is left as it is, name another one for the store"
        case .damaged(let path, let reason):
            "the store \(path) is damaged (\(reason)): it is left as it is, restore it from a backup"
        case .newer(let path):
            "the store \(path) was made by a newer version of the bridge: run that version or a later one"
        case .keyMalformed:
            "an encryption key of the store is not 32 bytes long"
        case .keyMissing(let path):
            "the store \(path) is sealed: its encryption key is missing"
        case .keyDoesNotFit(let path):
            "the store \(path) is sealed with an encryption key that is not among those given"
        case .notSealed(let path):
            "the store \(path) was made without encryption: remove the encryption key, or name a new file for the store"
        case .failed(let path, let reason):
            "the store \(path) cannot be opened: \(reason)"
        }
    }
}
