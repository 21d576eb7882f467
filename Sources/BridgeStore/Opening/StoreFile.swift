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

    /// Makes the file when there is none, readable by its owner only; refuses one that is not ours.
    ///
    /// - Returns: Whether the file is empty.
    func prepare() throws(StoreOpenError) -> Bool {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .notAccessible(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        // The first 72 bytes of a database: the magic at 0, the application's id at 68, most significant byte first.
        var header = [UInt8](repeating: 0, count: 72)
        let length = pread(descriptor, &header, header.count, 0)
        guard length >= 0 else { throw .notAccessible(path: path, reason: String(cString: strerror(errno))) }
        if length == 0 { return true }
        guard length == header.count, header.starts(with: "SQLite format 3\0".utf8) else {
            throw .notADatabase(path: path)
        }
        let applicationID = header[68..<72].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        guard applicationID == Self.applicationID else { throw .foreign(path: path) }
        return false
    }

    /// Bytes of the database and of its write-ahead log.
    var size: Int {
        ["", "-wal"].reduce(0) { sum, suffix in
            var status = stat()
            return stat(path + suffix, &status) == 0 ? sum + Int(status.st_size) : sum
        }
    }
}
