import BridgeCore
import Crypto
import Foundation
import GRDB

/// Moves what a store of version 1 holds into the tables of version 2.
struct Version2 {
    let db: Database
    /// The same connection, for what is several statements.
    let tables: GRDB.Database
    let sealer: Sealer

    func migrate() throws {
        // What is sealed here may be sealed with a key that never sealed before.
        try StoreIdentity.addKey(of: sealer, db)
        try tables.execute(sql: Schema.version2Tables)
        try moveEndpoints()
        try db.run(
            """
            INSERT INTO new_delivery (id, client_id, event_id, endpoint_id, status, attempt_count,
                counted_attempts, fence, next_attempt_at, created_at, ended_at)
            SELECT id, client_id, event_id, endpoint_id, status, attempt_count, counted_attempts, last_number,
                next_attempt_at, created_at, ended_at
            FROM delivery ORDER BY id
            """)
        try moveAttempts()
        try tables.execute(sql: Schema.version2Swap)
    }

    private func moveEndpoints() throws {
        try db.run(
            """
            INSERT INTO new_endpoint (id, client_id, url, events, description, enabled, disabled_reason, created_at,
                deleted_at, credentials)
            SELECT id, client_id, url, events, description, enabled AND deleted_at IS NULL, disabled_reason,
                created_at, deleted_at, CASE WHEN deleted_at IS NULL THEN x'' END
            FROM endpoint ORDER BY id
            """)
        let secrets = "SELECT id, secret, previous_secret, previous_until FROM endpoint WHERE deleted_at IS NULL"
        try db.scan(secrets) { row in
            let id = EndpointID(stored: row[0])
            let place = Place(formerly: "endpoint.secret", id.rawValue)
            func keys(_ secret: Data) throws -> SigningKeys {
                SigningKeys(
                    secret: String(decoding: try sealer.open(secret, at: place), as: UTF8.self),
                    privateKey: Self.newPrivateKey())
            }
            let previous = try (row[2] as Data?).map { EndpointKeys.Previous(keys: try keys($0), until: row.time(3)) }
            let credentials = EndpointCredentials(
                keys: EndpointKeys(current: try keys(row[1]), previous: previous.map { [$0] } ?? []))
            try db.run(
                "UPDATE new_endpoint SET credentials = ? WHERE id = ?",
                [credentials.sealed(for: id, sealer), id.rawValue])
            return true
        }
    }

    /// Attempts had numbers with gaps, and no ids.
    private func moveAttempts() throws {
        let attempts = """
            SELECT a.delivery_id, a.number, a.started_at, a.response, d.client_id, d.endpoint_id,
                row_number() OVER (PARTITION BY a.delivery_id ORDER BY a.number)
            FROM attempt a JOIN delivery d ON d.id = a.delivery_id ORDER BY a.delivery_id, a.number
            """
        var generator = SystemRandomNumberGenerator()
        try db.scan(attempts) { row in
            let id = AttemptID(at: row.time(2), using: &generator)
            let delivery: String = row[0]
            let number: Int = row[1]
            let response = try (row[3] as Data?).map { sealed in
                let place = Place(formerly: "attempt.response", "\(delivery)/\(number)")
                return sealer.seal(try sealer.open(sealed, at: place), at: AttemptRow.place(id))
            }
            try db.run(
                """
                INSERT INTO new_attempt (id, client_id, endpoint_id, delivery_id, number, started_at, duration_ms,
                    error, status, address, response)
                SELECT ?, ?, ?, delivery_id, ?, started_at, duration_ms, error, status, address, ?
                FROM attempt WHERE delivery_id = ? AND number = ?
                """,
                [
                    id.rawValue, row[4] as String, row[5] as String, row[6] as Int, response, delivery, number,
                ])
            return true
        }
    }

    /// Version 1 signed with secrets only.
    private static func newPrivateKey() -> String {
        "whsk_" + Curve25519.Signing.PrivateKey().rawRepresentation.base64EncodedString()
    }
}
