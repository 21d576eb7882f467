import BridgeCore
import Foundation
import GRDB
import Testing

@testable import BridgeStore

/// A temporary folder that goes away with its last user, and the store in it.
final class StoreFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    var path: String { url.appending(path: "bridge.sqlite").path }

    func open(keys: [[UInt8]] = []) throws -> SQLStore {
        try SQLStore.open(path: path, encryptionKeys: keys)
    }

    /// What is on the disk now, as a crash would leave it, in another folder.
    func copy() throws -> StoreFolder {
        let copy = try StoreFolder()
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy.path + suffix)
        }
        return copy
    }

    /// The names of all files in it.
    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
    }

    /// The mode of the database, or of the file with that suffix beside it.
    func mode(_ suffix: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path + suffix)[.posixPermissions] as? Int
    }

    /// Every byte of the database and its log.
    func bytes() throws -> Data {
        try ["", "-wal"].reduce(into: Data()) { all, suffix in
            if FileManager.default.fileExists(atPath: path + suffix) {
                all.append(try Data(contentsOf: URL(filePath: path + suffix)))
            }
        }
    }

    func contains(_ text: String) throws -> Bool {
        try bytes().range(of: Data(text.utf8)) != nil
    }
}

/// Counts the transactions of a store that are committed.
final class CommitCounter: TransactionObserver, @unchecked Sendable {
    // Touched by the store's writer only, and read when that has nothing to do.
    private(set) var commits = 0

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ db: GRDB.Database) { commits += 1 }
    func databaseDidRollback(_ db: GRDB.Database) {}
}

extension SQLStore {
    /// The engine of a store in a file, for what is about SQLite itself.
    var sqlite: SQLiteEngine {
        get throws { try #require(engine as? SQLiteEngine) }
    }

    /// Counts the commits from now on.
    func countCommits() throws -> CommitCounter {
        let counter = CommitCounter()
        try sqlite.pool.add(transactionObserver: counter, extent: .databaseLifetime)
        return counter
    }
}
