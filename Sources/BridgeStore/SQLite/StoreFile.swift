import Foundation

/// The file of a store, looked at before SQLite touches it.
struct StoreFile {
    /// Absolute and without symbolic links, so that two ways to one file lead to one lock.
    let path: String

    /// "MkSB", in the header of every database of ours.
    static let applicationID: UInt32 = 0x4D6B_5342

    init(path: String) throws(StoreOpenError) {
        if let resolved = realpath(path, nil) {
            defer { free(resolved) }
            self.path = String(cString: resolved)
            return
        }
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? path
        let folder = path.contains("/") ? String(path.dropLast(name.count)) : "."
        guard !name.isEmpty, let resolved = realpath(folder, nil) else { throw .folderMissing(path: path) }
        defer { free(resolved) }
        let parent = String(cString: resolved)
        self.path = parent == "/" ? "/" + name : parent + "/" + name
    }

    /// Refuses a path at which there is no store yet. Nothing is made, not even a lock.
    func requireStore() throws(StoreOpenError) {
        try refuseLostDatabase()
        var status = stat()
        let isMissing = stat(path, &status) == 0 ? status.st_size == 0 : errno == ENOENT
        if isMissing { throw .noStore(path: path) }
    }

    /// Makes the file when there is none, readable by its owner only; refuses one that is not ours.
    ///
    /// - Returns: Whether the file is empty.
    func prepare() throws(StoreOpenError) -> Bool {
        try refuseLostDatabase()
        // What is still a link leads nowhere: SQLite would make its target, which another process would lock by its
        // name.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw errno == ELOOP
                ? .notAccessible(path: path, reason: "it is a symbolic link to nothing") : notAccessible(errno)
        }
        defer { close(descriptor) }
        // The first 72 bytes of a database: the magic at 0, the application's id at 68, most significant byte first.
        var header = [UInt8](repeating: 0, count: 72)
        let length = pread(descriptor, &header, header.count, 0)
        guard length >= 0 else { throw notAccessible(errno) }
        if length == 0 {
            // SQLite gives its log the mode of the file.
            guard fchmod(descriptor, 0o600) == 0 else { throw notAccessible(errno) }
            return true
        }
        guard length == header.count, header.starts(with: "SQLite format 3\0".utf8) else {
            throw .notADatabase(path: path)
        }
        let applicationID = header[68..<72].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        guard applicationID == Self.applicationID else { throw .foreign(path: path) }
        return false
    }

    /// Bytes of the database and of its write-ahead log.
    var size: Int { Self.size(of: path) + Self.size(of: log) }

    /// Whether there is a log, empty or not.
    var hasLog: Bool { access(log, F_OK) == 0 }

    /// Removes the empty log, and its index, that a connection leaves behind when it may only read. It needs the
    /// store's lock, and a log that was not there before: another program could be at work on one that was.
    func removeEmptyLog() {
        guard hasLog, Self.size(of: log) == 0 else { return }
        unlink(log)
        unlink(path + "-shm")
    }

    /// The write-ahead log.
    private var log: String { path + "-wal" }

    /// A log without its database holds commits, and SQLite would remove it together with them.
    private func refuseLostDatabase() throws(StoreOpenError) {
        if Self.size(of: path) == 0, Self.size(of: log) > 0 { throw .lost(path: path, log: log) }
    }

    private func notAccessible(_ code: Int32) -> StoreOpenError {
        .notAccessible(path: path, reason: String(cString: strerror(code)))
    }

    /// Bytes of a file; zero when there is none.
    private static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
