import BridgeCore
import Foundation
import Testing

@testable import BridgeStore

@Suite struct StoreFileTests {
    @Test func anEmptyFileBecomesPrivate() async throws {
        let folder = try StoreFolder()
        try Data().write(to: URL(filePath: folder.path))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.path)
        let store = try folder.open()
        try await store.probe()
        for suffix in ["", "-wal", "-shm"] { #expect(try folder.mode(suffix) == 0o600, "\(suffix)") }
    }

    @Test(arguments: [true, false], [true, false])
    func aLogWithoutItsDatabaseIsLeftAsItIs(fileIsEmpty: Bool, create: Bool) async throws {
        let world = try await World()
        let session = try await world.watched()
        let lost = try StoreFolder()
        try FileManager.default.copyItem(atPath: world.folder.path + "-wal", toPath: lost.path + "-wal")
        let log = try Data(contentsOf: URL(filePath: lost.path + "-wal"))
        #expect(!log.isEmpty)
        if fileIsEmpty { try Data().write(to: URL(filePath: lost.path)) }

        let path = try StoreFile(path: lost.path).path
        let error = #expect(throws: StoreOpenError.lost(path: path, log: path + "-wal")) {
            try SQLStore.open(path: lost.path, create: create)
        }
        #expect(error?.description.contains("\n") == false)
        #expect(try Data(contentsOf: URL(filePath: lost.path + "-wal")) == log)
        #expect(FileManager.default.fileExists(atPath: lost.path) == fileIsEmpty)
        #expect(try StoreFile(path: lost.path).size == log.count)

        try? FileManager.default.removeItem(atPath: lost.path)
        try FileManager.default.copyItem(atPath: world.folder.path, toPath: lost.path)
        #expect(try await lost.open().session(session.id, client: world.client) == session)
    }

    @Test(arguments: [true, false]) func whatMayNotMakeAStoreLeavesNothing(fileIsEmpty: Bool) async throws {
        let folder = try StoreFolder()
        if fileIsEmpty { try Data().write(to: URL(filePath: folder.path)) }
        let path = try StoreFile(path: folder.path).path
        #expect(throws: StoreOpenError.noStore(path: path)) { try SQLStore.open(path: folder.path, create: false) }
        #expect(try folder.files() == (fileIsEmpty ? ["bridge.sqlite"] : []))

        try await folder.open().close()
        try await SQLStore.open(path: folder.path, create: false).close()
    }

    @Test func aLinkToNothingIsRefused() throws {
        let folder = try StoreFolder()
        try FileManager.default.createSymbolicLink(atPath: folder.path, withDestinationPath: folder.path + ".gone")
        let path = try StoreFile(path: folder.path).path
        #expect(throws: StoreOpenError.notAccessible(path: path, reason: "it is a symbolic link to nothing")) {
            try folder.open()
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + ".gone"))
    }
}
