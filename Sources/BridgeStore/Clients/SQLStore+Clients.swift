import BridgeCore
import Foundation

extension SQLStore {
    /// Adds a client and its first key.
    public func addClient(_ client: Client, key: StoredAPIKey) async throws(StoreError) {
        try await write { db in
            try db.run(
                "INSERT INTO client (id, name, created_at, removed_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [
                    client.id.rawValue, client.name, client.createdAt.milliseconds, client.removedAt?.milliseconds,
                ])
            try Self.insert(key, db)
        }
    }

    /// All clients, removed ones too, oldest first.
    public func clients() async throws(StoreError) -> [Client] {
        try await read { db in
            try db.rows("SELECT id, name, created_at, removed_at FROM client ORDER BY id").map { row in
                Client(
                    id: ClientID(stored: row[0]), name: row[1], createdAt: row.time(2), removedAt: row.optionalTime(3))
            }
        }
    }

    /// Adds a key; the client's other keys that are still valid stop at `oldKeysUntil`.
    public func addKey(_ key: StoredAPIKey, oldKeysUntil: Timestamp) async throws(StoreError) -> Bool {
        try await write { db in
            let client = key.clientID.rawValue
            // Of two keys at once, the later one stops the other.
            try db.lock("client", where: "id = ?", [client], .change)
            let isKnown = try db.value(
                "SELECT 1 FROM client WHERE id = ? AND removed_at IS NULL", [client], as: Int.self)
            guard isKnown != nil else { return false }
            try db.run(
                """
                UPDATE api_key SET expires_at = ?2
                WHERE client_id = ?1 AND id <> ?3 AND (expires_at IS NULL OR expires_at > ?2)
                """,
                [client, oldKeysUntil.milliseconds, key.id])
            try Self.insert(key, db)
            return true
        }
    }

    /// Stops all keys of a client; its open sessions and deliveries go on.
    public func removeClient(_ id: ClientID, at time: Timestamp) async throws(StoreError) -> Bool {
        try await write { db in
            // The same write once more, after one whose commit was in doubt, has the same answer.
            let orRepeated = db.isInDoubt ? "OR removed_at = ?1" : ""
            return try db.changes(
                "UPDATE client SET removed_at = ?1 WHERE id = ?2 AND (removed_at IS NULL \(orRepeated))",
                [time.milliseconds, id.rawValue]) == 1
        }
    }

    /// The key of that public part, unless its client is removed.
    public func apiKey(_ id: String) async throws(StoreError) -> StoredAPIKey? {
        try await read { db in
            try db.row(
                """
                SELECT k.client_id, k.digest, k.created_at, k.expires_at
                FROM api_key k JOIN client c ON c.id = k.client_id
                WHERE k.id = ? AND c.removed_at IS NULL
                """, [id]
            ).map { row in
                StoredAPIKey(
                    id: id, clientID: ClientID(stored: row[0]), digest: row.bytes(1), createdAt: row.time(2),
                    expiresAt: row.optionalTime(3))
            }
        }
    }

    private static func insert(_ key: StoredAPIKey, _ db: Database) throws {
        try db.run(
            """
            INSERT INTO api_key (id, client_id, digest, created_at, expires_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            [
                key.id, key.clientID.rawValue, Data(key.digest), key.createdAt.milliseconds,
                key.expiresAt?.milliseconds,
            ])
    }
}
