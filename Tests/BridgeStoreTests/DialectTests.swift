import BridgeCore
import Testing

@testable import BridgeStore

@Suite struct DialectTests {
    @Test func sqliteIsToldWhereToLookAndLocksNoRows() {
        let dialect = Dialect.sqlite
        #expect(dialect.indexed(by: "event_client") == "INDEXED BY event_client")
        #expect(dialect.leadingJoin == "CROSS JOIN")
        #expect(dialect.unsearched("e.id") == "+e.id")
        #expect(dialect.lock(.change, of: "d", skipping: true).isEmpty)
    }

    @Test func postgreSQLLocksRowsAndChoosesItsIndexes() {
        let dialect = Dialect.postgreSQL
        #expect(dialect.indexed(by: "event_client").isEmpty)
        #expect(dialect.leadingJoin == "JOIN")
        #expect(dialect.unsearched("e.id") == "e.id")
        #expect(dialect.lock(.share) == "FOR SHARE")
        #expect(dialect.lock(.change, of: "n, a", skipping: true) == "FOR NO KEY UPDATE OF n, a SKIP LOCKED")
        #expect(dialect.lock(.removal) == "FOR UPDATE")
    }

    @Test func aKeysLockIsItsOwn() {
        func number(_ client: ClientID, _ digest: [UInt8]) -> Int64 {
            TransactionLock.idempotencyKey(
                IdempotencyKey(clientID: client, digest: digest, fingerprint: [], expiresAt: World.start)
            ).number
        }
        let (client, other): (ClientID, ClientID) = (id(), id())
        #expect(number(client, [1]) == number(client, [1]))
        #expect(number(client, [1]) != number(client, [2]))
        #expect(number(client, [1]) != number(other, [1]))
    }
}
