import BridgeCore
import Foundation
import GRDB
import Synchronization
import Testing

@testable import BridgeStore

@Suite struct WritingTests {
    @Test func concurrentWritesShareCommits() async throws {
        let world = try await World()
        let counter = try world.store.countCommits()
        try await withThrowingTaskGroup { group in
            for _ in 0..<1000 { group.addTask { _ = try await world.watched() } }
            try await group.waitForAll()
        }
        let stored = try await world.store.adoptAll().count
        #expect(stored == 1000)
        // All of them one by one would be 1000; what is waiting while one commit is under way shares the next.
        #expect(counter.commits < 500)
        #expect(counter.commits >= 1000 / WriteQueue.maximumWrites)
    }

    @Test func oneThatFailsLeavesItsNeighboursAlone() async throws {
        let world = try await World()
        let gate = DispatchSemaphore(value: 0)
        let isHeld = Mutex(false)
        defer { gate.signal() }
        // Holds the writer, so that what follows is one batch.
        async let held: Void = world.store.write { _ in
            isHeld.withLock { $0 = true }
            gate.wait()
        }
        try await eventually { isHeld.withLock(\.self) }
        async let results = withTaskGroup(of: Bool.self) { group in
            for number in 0..<30 {
                group.addTask {
                    do {
                        try await world.store.write { db in
                            try db.run("INSERT INTO meta (name, value) VALUES (?, ?)", ["row \(number)", Data()])
                            if number % 10 == 3 {
                                try db.run("INSERT INTO meta (name, value) VALUES (?, NULL)", ["bad"])
                            }
                        }
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        try await eventually { world.store.waitingWrites == 30 }
        gate.signal()
        try await held
        #expect(await results == 27)
        let rows = try await world.store.read { db in
            try db.value("SELECT count(*) FROM meta WHERE name LIKE 'row %'", as: Int.self)
        }
        #expect(rows == 27)
    }

    @Test func aCancelledCallerChangesNothing() async throws {
        let world = try await World()
        let session = world.session("cancelled-token")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await world.store.watch(session, key: nil, answer: World.answer, at: World.start)
            return try await world.store.session(session.id, client: world.client)
        }
        #expect(try await task.value == session)
    }

    @Test func afterDamageNothingIsWritten() async throws {
        let world = try await World()
        await #expect(throws: StoreError.fatal("broken")) {
            try await world.store.write { _ in throw StoreError.fatal("broken") }
        }
        await #expect(throws: StoreError.fatal("broken")) { try await world.store.probe() }
    }

    @Test func aForeignLockIsUnavailableAndPasses() async throws {
        let folder = try StoreFolder()
        let store = try SQLStore.open(path: folder.path, busyTimeout: .milliseconds(20))
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let intruder = try DatabaseQueue(path: folder.path, configuration: configuration)
        try await intruder.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let error = await #expect(throws: StoreError.self) { try await store.probe() }
        guard case .unavailable = error else { throw TestFailure("\(String(describing: error))") }
        try await intruder.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try await store.probe()
    }

    @Test func aFullDiskIsUnavailableAndPasses() async throws {
        let world = try await World()
        let session = try await world.watched()
        func allow(_ pages: String) async throws {
            _ = try await world.store.sqlite.pool.writeWithoutTransaction { db in
                try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
            }
        }
        try await allow("1")
        let chunk = [UInt8](repeating: 1, count: StoredFile.chunkSize)[...]
        let error = await #expect(throws: StoreError.self) {
            try await world.store.writeFileChunk(chunk, index: 0, of: session.id, epoch: 1)
        }
        guard case .unavailable = error else { throw TestFailure("\(String(describing: error))") }
        try await allow("1000000")
        try await world.store.writeFileChunk(chunk, index: 0, of: session.id, epoch: 1)
        #expect(try await world.store.end(world.ending(session, chunks: 1)) != nil)
    }

    @Test(arguments: [
        (ResultCode.SQLITE_FULL, false), (.SQLITE_BUSY, false), (.SQLITE_LOCKED, false), (.SQLITE_CANTOPEN, false),
        (.SQLITE_READONLY, false), (.SQLITE_IOERR_WRITE, false), (.SQLITE_CONSTRAINT_UNIQUE, false),
        (.SQLITE_IOERR_FSYNC, true), (.SQLITE_IOERR_DIR_FSYNC, true), (.SQLITE_CORRUPT, true), (.SQLITE_NOTADB, true),
        (.SQLITE_IOERR_CORRUPTFS, true),
    ]) func errorsAreSorted(_ code: ResultCode, _ isFatal: Bool) {
        switch StoreError(DatabaseError(resultCode: code)) {
        case .fatal: #expect(isFatal)
        case .unavailable: #expect(!isFatal)
        case .unreadable: Issue.record("that is no error of SQLite")
        }
    }

    @Test func readingWritesNothing() async throws {
        let world = try await World()
        _ = try await world.endpoint()
        let (session, due) = try await world.delivery()
        let before = try world.folder.bytes()
        _ = try await world.store.session(session.id, client: world.client)
        _ = try await world.store.sessions(
            SessionFilter(), client: world.client, page: PageRequest(limit: 5, after: nil))
        _ = try await world.store.apiKey("x")
        _ = try await world.store.keyState(world.key("k"), at: World.start)
        _ = try await world.store.work(for: due.id)
        _ = try await world.store.delivery(due.id, client: world.client)
        _ = try await world.store.pendingDeliveries(after: nil, limit: 10)
        _ = try await world.store.oldestUndelivered()
        _ = try await world.store.facts()
        #expect(try world.folder.bytes() == before)
    }
}
