import BridgeCore
import Foundation
import Marksign
import Testing

@testable import BridgeStore

@Suite struct ResealingTests {
    static let old = World.key32
    static let new = World.otherKey32
    static let oldID = (try? Sealer(keys: [old]).sealingKeyID) ?? Data()

    /// Something in every column that is sealed, under the old key.
    private func filled() async throws -> (world: World, session: Session, endpoint: EndpointID, due: DueDelivery) {
        let world = try await World(keys: [Self.old])
        let endpoint = try await world.endpoint(options: EndpointOptionTests.options)
        let session = world.session("token-of-the-session")
        _ = try await world.store.watch(
            session, key: world.key("k"), answer: World.answer, at: World.start)
        for index in 0..<2 {
            let chunk = [UInt8](repeating: UInt8(index), count: StoredFile.chunkSize)
            try await world.store.writeFileChunk(chunk[...], index: index, of: session.id, epoch: 1)
        }
        let due = try #require(try await world.store.end(world.ending(session, chunks: 2))?.first)
        try await world.record(.make(1, .status), of: due.id, .retry(at: World.start))
        // An answer kept under a session's name.
        let starting = world.session(status: .starting)
        _ = try await world.store.beginStart(starting, key: world.key("s"), at: World.start)
        #expect(try await world.store.end(world.ending(starting, answer: World.answer)) != nil)
        return (world, session, endpoint, due)
    }

    /// How many values each BLOB column of the database holds that begin like one that the old key sealed.
    private func sealedByOld(_ store: SQLStore) async throws -> [String: Int] {
        try await store.read { db in
            let columns = try db.rows(
                db.dialect == .sqlite
                    ? """
                    SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
                    WHERE t.type = 'table' AND c.type = 'BLOB'
                    """
                    : """
                    SELECT table_name::text, column_name::text FROM information_schema.columns
                    WHERE table_schema = current_schema() AND data_type = 'bytea'
                    """)
            var counts: [String: Int] = [:]
            for row in columns {
                let (table, column) = (row[0] as String, row[1] as String)
                counts["\(table).\(column)"] = try db.value(
                    "SELECT count(*) FROM \(table) WHERE substr(\(column), 1, 5) = ? OR substr(\(column), 1, 4) = ?",
                    [Data([1]) + Self.oldID, Self.oldID])
            }
            return counts.filter { $0.value > 0 }
        }
    }

    @Test(.eachStore) func everyValueIsSealedAnew() async throws {
        let (world, session, endpoint, due) = try await filled()
        let before = try await sealedByOld(world.store)
        #expect(Set(before.keys) == Set(SealedColumn.allCases.map(\.rawValue) + ["sealing_key.key_id"]))
        let fingerprint = world.store.fingerprint("x", [1])
        await world.store.close()

        let store = try await world.place.open(keys: [Self.new, Self.old])
        let values = before.filter { !$0.key.hasPrefix("sealing_key") }.values.reduce(0, +)
        #expect(try await store.reseal() == values)
        #expect(try await sealedByOld(store) == [:])
        #expect(try await store.reseal() == 0)
        await store.close()

        await #expect(throws: StoreOpenError.self) { try await world.place.open(keys: [Self.old]) }
        let alone = try await world.place.open(keys: [Self.new])
        #expect(alone.fingerprint("x", [1]) == fingerprint)
        #expect(try await alone.session(session.id, client: world.client)?.token == session.token)
        #expect(try await alone.session(session.id, client: world.client)?.metadata == session.metadata)
        #expect(try await alone.endpoint(endpoint, client: world.client)?.options == EndpointOptionTests.options)
        #expect(try await alone.work(for: due.id)?.keys.current == .first)
        #expect(try await alone.delivery(due.id, client: world.client)?.attempts.first?.result.response.count == 6)
        for index in 0..<2 {
            let chunk = try await alone.fileChunk(index, of: session.id, client: world.client)
            #expect(chunk == [UInt8](repeating: UInt8(index), count: StoredFile.chunkSize))
        }
        for name in ["k", "s"] {
            guard case .answered = try await alone.keyState(world.key(name), at: World.start) else {
                throw TestFailure("the answer under \(name) is lost")
            }
        }
    }

    @Test func interruptedItGoesOn() async throws {
        let (world, session, _, _) = try await filled()
        await world.store.close()
        let store = try await world.place.open(keys: [Self.new, Self.old])
        // The disk fills up in the middle.
        try await store.write { db in
            try db.run("CREATE TEMP TRIGGER full BEFORE UPDATE ON event BEGIN SELECT raise(ABORT, 'disk is full'); END")
        }
        await #expect(throws: StoreError.self) { try await store.reseal() }
        #expect(try await sealedByOld(store)["event.body"] == 2)
        #expect(try await sealedByOld(store)["session.token"] == nil)
        let crashed = try world.folder.copy()
        await store.close()

        #expect(throws: StoreOpenError.self) { try crashed.open(keys: [Self.new]) }
        #expect(throws: StoreOpenError.self) { try crashed.open(keys: [Self.old]) }
        let both = try crashed.open(keys: [Self.new, Self.old])
        #expect(try await both.session(session.id, client: world.client)?.token == session.token)
        #expect(try await both.reseal() > 0)
        #expect(try await sealedByOld(both) == [:])
        await both.close()
        try await crashed.open(keys: [Self.new]).close()
    }

    @Test func otherWritesGetTheirTurns() async throws {
        let (world, _, endpoint, _) = try await filled()
        await world.store.close()
        let store = try await world.place.open(keys: [Self.new, Self.old])
        let counter = try store.countCommits()
        async let resealed = store.reseal()
        var change = EndpointChange()
        for number in 0..<20 {
            change.headers = [EndpointHeader(name: "x-number", value: "\(number)", isSecret: false)]
            _ = try await store.changeEndpoint(endpoint, client: world.client, change, at: World.start)
        }
        #expect(try await resealed > 0)
        #expect(try await store.endpoint(endpoint, client: world.client)?.options.headers == change.headers)
        #expect(try await sealedByOld(store) == [:])
        // Two chunks of a file are more than one write may hold.
        #expect(counter.commits > SealedColumn.allCases.count)
    }

    @Test(.eachStore) func aStoreWithoutAKeyHasNothingToSeal() async throws {
        let store = try await World().store
        let error = await #expect(throws: StoreError.self) { try await store.reseal() }
        guard case .unavailable(let reason) = error else { throw TestFailure("\(error!)") }
        #expect(reason.contains("without encryption"))
    }
}
