import BridgeCore
import Foundation
import GRDB
import Testing

@testable import BridgeStore

@Suite struct OpeningTests {
    @Test func reopeningSeesEverything() async throws {
        let world = try await World(keys: [World.key32])
        let session = try await world.watched("token-of-session")
        let fingerprint = world.store.fingerprint("x", [1])
        await world.store.close()

        let again = try world.folder.open(keys: [World.key32])
        #expect(try await again.session(session.id, client: world.client) == session)
        #expect(again.fingerprint("x", [1]) == fingerprint)
        #expect(again.fingerprint("y", [1]) != fingerprint)
    }

    @Test func aCopyMadeWhileOpenHoldsWhatWasCommitted() async throws {
        let world = try await World()
        let session = try await world.watched()
        let copy = try StoreFolder()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: world.folder.path + suffix, toPath: copy.path + suffix)
        }
        #expect(try await copy.open().session(session.id, client: world.client) == session)
    }

    @Test func commitsAreDurable() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let settings = try await store.sqlite.pool.writeWithoutTransaction { db in
            [
                try Int.fetchOne(db, sql: "PRAGMA synchronous"), try Int.fetchOne(db, sql: "PRAGMA secure_delete"),
                try Int.fetchOne(db, sql: "PRAGMA foreign_keys"),
            ]
        }
        #expect(settings == [2, 1, 1])
        let mode = try await store.sqlite.pool.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
        #expect(mode == "wal")
        let reader = try await store.sqlite.pool.read { try Int.fetchOne($0, sql: "PRAGMA wal_autocheckpoint") }
        #expect(reader == 0)
    }

    @Test func filesAreForTheirOwnerOnly() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        try await store.probe()
        for suffix in ["", "-wal", "-shm", ".lock"] {
            #expect(try folder.mode(suffix) == 0o600, "\(suffix)")
        }
    }

    @Test func aSecondOpenIsRefusedUntilTheFirstCloses() async throws {
        let folder = try StoreFolder()
        let first = try folder.open()
        let refused = #expect(throws: StoreOpenError.self) { try folder.open() }
        #expect(
            refused
                == .locked(
                    path: try StoreFile(path: folder.path).path, lock: try StoreFile(path: folder.path).path + ".lock"))
        #expect(refused?.description.contains(".lock") == true)
        let link = folder.url.appending(path: "other.sqlite").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path)
        #expect(throws: StoreOpenError.self) { try SQLStore.open(path: link) }
        await first.close()
        await #expect(throws: StoreError.self) { try await first.probe() }
        try await folder.open().close()
    }

    @Test func whoHoldsTheLockKeepsOthersOut() async throws {
        let folder = try StoreFolder()
        let lock = try StoreLock(store: folder.path)
        #expect(throws: StoreOpenError.self) { try folder.open() }
        #expect(FileManager.default.fileExists(atPath: folder.path) == false)
        lock.release()
        try await folder.open().close()
    }

    enum Spoiled: CaseIterable {
        case text, shortFile, foreignDatabase, newer, truncated, damagedSchema
    }

    @Test(arguments: Spoiled.allCases) func whatCannotBeUsedIsLeftAsItIs(_ kind: Spoiled) async throws {
        let folder = try StoreFolder()
        let path = try StoreFile(path: folder.path).path
        let file = URL(filePath: folder.path)
        switch kind {
        case .text: try Data(repeating: 0x61, count: 10_000).write(to: file)
        case .shortFile: try Data("SQLite format 3\0".utf8).write(to: file)
        case .foreignDatabase:
            let queue = try DatabaseQueue(path: folder.path)
            try await queue.write { try $0.execute(sql: "CREATE TABLE other (id INTEGER)") }
            try queue.close()
        case .newer, .truncated, .damagedSchema:
            let store = try folder.open()
            try await store.sqlite.pool.write { db in
                if kind == .newer { try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('999')") }
            }
            await store.close()
            var bytes = try Data(contentsOf: file)
            if kind == .truncated { bytes.removeLast(8192) }
            if kind == .damagedSchema { bytes.replaceSubrange(100..<2000, with: Data(repeating: 0xFF, count: 1900)) }
            try bytes.write(to: file)
        }
        let before = try Data(contentsOf: file)
        let error = #expect(throws: StoreOpenError.self) { try folder.open() }
        #expect(try Data(contentsOf: file) == before)
        switch (kind, error) {
        case (.text, .notADatabase(path)), (.shortFile, .notADatabase(path)), (.foreignDatabase, .foreign(path)),
            (.newer, .newer(path)), (.truncated, .damaged(path, _)), (.damagedSchema, .damaged(path, _)):
            break
        default: Issue.record("\(kind): \(String(describing: error))")
        }
        #expect(error?.description.contains("\n") == false)
    }

    @Test func aFileThatACrashLeftEmptyIsUsed() async throws {
        let folder = try StoreFolder()
        try Data().write(to: URL(filePath: folder.path))
        try await folder.open().close()
        let named = try StoreFolder()
        let queue = try DatabaseQueue(path: named.path)
        try await queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA application_id = \(StoreFile.applicationID)")
        }
        try queue.close()
        try await named.open().close()
    }

    @Test func aClosedStoreIsOneFile() async throws {
        let world = try await World()
        let session = try await world.watched()
        #expect(try await world.store.session(session.id, client: world.client) == session)
        #expect(try world.folder.files().contains("bridge.sqlite-wal"))
        await world.store.close()
        #expect(try world.folder.files() == ["bridge.sqlite", "bridge.sqlite.lock"])
        #expect(try await world.folder.open().session(session.id, client: world.client) == session)
    }

    @Test func aMissingFolderIsNamed() throws {
        #expect(throws: StoreOpenError.folderMissing(path: "/nowhere/at/all.sqlite")) {
            try SQLStore.open(path: "/nowhere/at/all.sqlite")
        }
    }

    @Test func aFolderIsNotAStore() throws {
        let folder = try StoreFolder()
        #expect(throws: StoreOpenError.self) { try SQLStore.open(path: folder.url.path) }
    }

    @Test func factsTellOfTheStore() async throws {
        let folder = try StoreFolder()
        let facts = try await folder.open(keys: [World.key32]).facts()
        #expect(facts.isSealed && facts.product == "sqlite")
        #expect(facts.schemaVersion == "2")
        #expect(facts.productVersion.hasPrefix("3."))
        #expect(facts.size > 0)
        #expect(!facts.storeID.isEmpty)
    }
}
