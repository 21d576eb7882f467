import BridgeCore
import Foundation
import GRDB
import Testing

@testable import BridgeStore

/// A store of version 1 is opened, and goes on.
@Suite struct MigrationTests {
    static let later = World.start + .seconds(60)

    /// A store as version 1 made it.
    private struct Version1 {
        let folder: StoreFolder
        let client: ClientID = id()
        let session: SessionID = id()
        let endpoint: EndpointID = id()
        let deleted: EndpointID = id()
        let event: EventID = id()
        let pending: DeliveryID = id()
        let abandoned: DeliveryID = id()

        init(keys: [[UInt8]]) throws {
            folder = try StoreFolder()
            let sealer = try Sealer(keys: keys)
            let queue = try DatabaseQueue(path: folder.path)
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA application_id = \(StoreFile.applicationID)")
            }
            try Schema.migrator(sealer).migrate(queue, upTo: "1")
            try queue.write { try fill($0, sealer) }
            try queue.close()
        }

        private func fill(_ db: GRDB.Database, _ sealer: Sealer) throws {
            func seal(_ value: String, _ column: String, _ row: String) -> Data {
                sealer.seal(Data(value.utf8), at: Place(formerly: column, row))
            }
            try db.execute(
                sql: "INSERT INTO client (id, name, created_at) VALUES (?, 'app', 0)", arguments: [client.rawValue])
            try db.execute(
                sql: """
                    INSERT INTO session (id, client_id, owner, epoch, kind, method, status, created_at, expires_at,
                        ended_at)
                    VALUES (?, ?, 'me', 1, 'document', 'smart-id', 'failed', 5, 6, 7)
                    """, arguments: [session.rawValue, client.rawValue])
            try db.execute(
                sql: """
                    INSERT INTO endpoint (id, client_id, url, events, description, enabled, disabled_reason, secret,
                        previous_secret, previous_until, created_at, deleted_at)
                    VALUES (?, ?, 'https://a.example/', 'session.*', 'one', 1, NULL, ?, ?, ?, 8, NULL),
                        (?, ?, 'https://b.example/', 'session.*', 'two', 0, NULL, NULL, NULL, NULL, 9, 10)
                    """,
                arguments: [
                    endpoint.rawValue, client.rawValue, seal("whsec_second", "endpoint.secret", endpoint.rawValue),
                    seal("whsec_first", "endpoint.secret", endpoint.rawValue), later.milliseconds, deleted.rawValue,
                    client.rawValue,
                ])
            try db.execute(
                sql: """
                    INSERT INTO event (id, client_id, session_id, type, created_at, body)
                    VALUES (?, ?, ?, 'session.failed', 7, ?)
                    """,
                arguments: [
                    event.rawValue, client.rawValue, session.rawValue, seal("{}", "event.body", event.rawValue),
                ])
            try db.execute(
                sql: """
                    INSERT INTO delivery (id, client_id, event_id, endpoint_id, status, attempt_count, counted_attempts,
                        last_number, next_attempt_at, created_at, ended_at)
                    VALUES (?, ?, ?, ?, 'pending', 2, 1, 3, 11, 7, NULL),
                        (?, ?, ?, ?, 'abandoned', 0, 0, 0, NULL, 7, 10)
                    """,
                arguments: [
                    pending.rawValue, client.rawValue, event.rawValue, endpoint.rawValue, abandoned.rawValue,
                    client.rawValue, event.rawValue, deleted.rawValue,
                ])
            // Number 2 was skipped by a resend.
            try db.execute(
                sql: """
                    INSERT INTO attempt (delivery_id, number, started_at, duration_ms, error, status, address,
                        retry_after, response)
                    VALUES (?, 1, 1000, 5, 'status', 503, '192.0.2.1', '120', ?),
                        (?, 3, 2000, 6, 'dns', NULL, NULL, NULL, NULL)
                    """,
                arguments: [
                    pending.rawValue, seal("busy", "attempt.response", "\(pending.rawValue)/1"), pending.rawValue,
                ])
        }
    }

    @Test(arguments: [[], [World.key32], [World.otherKey32, World.key32]])
    func aStoreOfVersion1GoesOn(_ keys: [[UInt8]]) async throws {
        let old = try Version1(keys: Array(keys.suffix(1)))
        // Twice: what was migrated once is opened as it is.
        try await old.folder.open(keys: keys).close()
        let store = try old.folder.open(keys: keys)
        #expect(try await store.facts().schemaVersion == "2")

        let endpoint = try #require(try await store.endpoint(old.endpoint, client: old.client))
        #expect(
            endpoint
                == Endpoint(
                    id: old.endpoint, clientID: old.client, url: "https://a.example/", events: .allSessions,
                    description: "one", createdAt: Timestamp(milliseconds: 8)))
        #expect(try await store.endpoint(old.deleted, client: old.client) == nil)

        let work = try #require(try await store.work(for: old.pending))
        #expect(work.countedAttempts == 1)
        #expect(work.attemptCount == 2)
        #expect(work.fence == 3)
        // An overlap that is under way goes on.
        #expect(work.keys.signing(at: World.start).map(\.secret) == ["whsec_second", "whsec_first"])
        #expect(work.keys.signing(at: Self.later).map(\.secret) == ["whsec_second"])
        let privateKeys = work.keys.signing(at: World.start).map(\.privateKey)
        #expect(Set(privateKeys).count == 2)
        for key in privateKeys {
            #expect(key.hasPrefix("whsk_"))
            #expect(Data(base64Encoded: String(key.dropFirst(5)))?.count == 32)
        }

        let read = try #require(try await store.delivery(old.pending, client: old.client))
        #expect(read.delivery.attemptCount == 2)
        #expect(read.attempts.map(\.number) == [1, 2])
        #expect(read.attempts.map(\.startedAt.milliseconds) == [1000, 2000])
        #expect(
            read.attempts[0].result
                == AttemptResult(
                    error: .status, status: 503, address: "192.0.2.1", response: Array("busy".utf8)))
        #expect(read.attempts[1].result == AttemptResult(error: .dns, status: nil, address: nil, response: []))
        let page = PageRequest(limit: 10, after: nil)
        let listed = try await store.attempts(AttemptFilter(), client: old.client, page: page).elements
        #expect(listed.map(\.attempt) == read.attempts.reversed())
        #expect(listed.map(\.sessionID) == [old.session, old.session])
        #expect(try await store.delivery(old.abandoned, client: old.client)?.delivery.status == .abandoned)

        var generator = SystemRandomNumberGenerator()
        let attempt = Attempt(
            id: AttemptID(at: World.start, using: &generator), number: 3, startedAt: World.start,
            durationMilliseconds: 7, result: AttemptResult(error: nil, status: 200, address: nil, response: []))
        let consequence = try await store.record(
            AttemptRecord(
                attempt: attempt, deliveryID: old.pending, fence: 3, endpointEpoch: 1, decision: .delivered,
                failingCutoff: .longAgo))
        #expect(consequence == AttemptConsequence(nextAttemptAt: nil))
        #expect(try await store.delivery(old.pending, client: old.client)?.delivery.status == .delivered)
        #expect(try await store.delivery(old.pending, client: old.client)?.attempts.map(\.number) == [1, 2, 3])
    }

    @Test func aMigratedStoreIsMadeLikeANewOne() async throws {
        func schema(_ store: SQLStore) async throws -> [String] {
            try await store.read { db in
                try db.values("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
            }
        }
        let folders = (try Version1(keys: []).folder, try StoreFolder())
        let migrated = try folders.0.open()
        let new = try folders.1.open()
        #expect(try await schema(migrated) == schema(new))
        let faults = try await migrated.read { try $0.rows("PRAGMA foreign_key_check").count }
        #expect(faults == 0)
        #expect(try await schema(new).contains { $0.contains("new_") } == false)
    }

    @Test func whatCannotBeMigratedIsLeftAsItIs() async throws {
        let old = try Version1(keys: [World.key32])
        let queue = try DatabaseQueue(path: old.folder.path)
        try await queue.write { try $0.execute(sql: "UPDATE attempt SET response = x'0102' WHERE number = 1") }
        try queue.close()
        #expect(throws: StoreOpenError.self) { try old.folder.open(keys: [World.key32]) }
        let again = try DatabaseQueue(path: old.folder.path)
        let isThere = try await again.read { db in
            (try db.tableExists("recovery"), try Int.fetchOne(db, sql: "SELECT count(secret) FROM endpoint"))
        }
        #expect(isThere == (false, 1))
    }

    @Test func aCrashBeforeTheFirstOpeningEndsLeavesASealedStore() async throws {
        let old = try Version1(keys: [World.key32])
        #expect(throws: StoreOpenError.self) { try old.folder.open() }
        try await old.folder.open(keys: [World.key32]).close()
    }
}
