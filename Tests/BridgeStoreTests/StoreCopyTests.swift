import BridgeCore
import GRDB
import Testing

@testable import BridgeStore

/// A store that moves from one engine to the other is the same store.
@Suite struct StoreCopyTests {
    @Test(arguments: [[], [World.key32]]) func itIsTheSameThereAndBack(keys: [[UInt8]]) async throws {
        try await PostgreSQLTurns.shared.take {
            let world = try await World(keys: keys)
            let store = world.store
            let endpoint = try await world.endpoint(options: EndpointOptionTests.options)
            for number in 0..<3 {
                let session = try await world.watched()
                try await store.writeFileChunk([1, 2, 3], index: 0, of: session.id, epoch: 1)
                let due = try #require(try await store.end(world.ending(session, chunks: 1))?.first)
                if number > 0 { try await world.record(.make(1, .status), of: due.id, .retry(at: World.start)) }
            }
            let open = try await world.watched("the-token")
            _ = try await store.reserve(world.key("k"), at: World.start)

            let there = try await SQLStore.open(StorePlace.newSchema().direct, encryptionKeys: keys)
            let counts = try await StoreCopy(from: store, to: there).run()
            #expect(counts.first { $0.table == "session" }?.rows == 4)
            #expect(counts.first { $0.table == "attempt" }?.rows == 2)
            // The next to open it has the identity that was copied.
            let folder = try StoreFolder()
            let back = try folder.open(keys: keys)
            #expect(try await StoreCopy(from: there, to: back).run().map(\.rows) == counts.map(\.rows))
            await back.close()
            await there.close()
            let again = try folder.open(keys: keys)
            #expect(again.fingerprint("x", [1]) == store.fingerprint("x", [1]))
            #expect(try await again.session(open.id, client: world.client) == open)
            #expect(
                try await again.endpoint(endpoint, client: world.client)
                    == store.endpoint(endpoint, client: world.client))
            #expect(
                try await again.pendingDeliveries(after: nil, limit: 9) == store.pendingDeliveries(after: nil, limit: 9)
            )
            await again.close()
        }
    }

    @Test func onlyIntoANewOne() async throws {
        let (world, other) = (try await World(), try await World())
        await #expect(throws: StoreCopy.Failure.notEmpty) {
            try await StoreCopy(from: world.store, to: other.store).run()
        }
    }

    @Test func aLiveServiceIsInTheWay() async throws {
        try await PostgreSQLTurns.shared.take {
            let live = try await World(at: .schema(StorePlace.newSchema().direct))
            _ = try await live.store.join(.make(), name: "one")
            let target = try StoreFolder().open()
            await #expect(throws: StoreCopy.Failure.inUse) { try await StoreCopy(from: live.store, to: target).run() }
        }
    }

    @Test func aServiceThatStartsMeanwhileIsNoticed() async throws {
        try await PostgreSQLTurns.shared.take {
            let world = try await World()
            let target = try await SQLStore.open(StorePlace.newSchema().direct, encryptionKeys: [])
            try await target.write { db in
                try db.run(
                    """
                    CREATE FUNCTION joins() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                        INSERT INTO instance (id, name, joined_at, lease_until)
                            VALUES (NEW.id, 'one', now(), now() + interval '1 minute');
                        RETURN NEW;
                    END $$
                    """)
                try db.run("CREATE TRIGGER joins AFTER INSERT ON client FOR EACH ROW EXECUTE FUNCTION joins()")
            }
            await #expect(throws: StoreCopy.Failure.inUse) { try await StoreCopy(from: world.store, to: target).run() }
            let identity = try await target.read { db in try db.value("SELECT count(*) FROM meta", as: Int.self) }
            #expect(identity == 0)
            await target.close()
        }
    }

    /// What a trigger changes on the way is noticed.
    @Test func whatDiffersIsNoticed() async throws {
        let world = try await World()
        let target = try StoreFolder().open()
        try await target.sqlite.pool.write { db in
            try db.execute(
                sql: "CREATE TRIGGER t AFTER INSERT ON client BEGIN UPDATE client SET name = 'x' WHERE id = NEW.id; END"
            )
        }
        let copy = StoreCopy(from: world.store, to: target)
        await #expect(throws: StoreCopy.Failure.differs(table: "client", rows: 2, copied: 2)) { try await copy.run() }
    }
}
