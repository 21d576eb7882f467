import BridgeCore
import Foundation
import GRDB

extension SQLiteStore {
    /// Registers an endpoint, unless its client has `limit` others.
    public func createEndpoint(
        _ endpoint: Endpoint, atMost limit: Int, secret: String, key: IdempotencyKey?, answer: KeptAnswer
    ) async throws(StoreError) -> Keyed<Bool> {
        let sealed = sealer.seal(Data(secret.utf8), at: EndpointRow.secretPlace(endpoint.id))
        let kept = seal(answer, for: key)
        return try await writer.write { [sealer] db in
            try KeptAnswers(db: db, sealer: sealer).once(key, at: endpoint.createdAt, kept, keepIf: { $0 }) {
                // The same write once more must not count itself.
                let others = try db.value(
                    "SELECT count(*) FROM endpoint WHERE client_id = ? AND deleted_at IS NULL AND id <> ?",
                    [endpoint.clientID.rawValue, endpoint.id.rawValue], as: Int.self)
                guard others ?? 0 < limit else { return false }
                try db.run(
                    """
                    INSERT INTO endpoint (id, client_id, url, events, description, enabled, disabled_reason, secret,
                        created_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
                    """,
                    [
                        endpoint.id.rawValue, endpoint.clientID.rawValue, endpoint.url,
                        EndpointRow.text(endpoint.events), endpoint.description, endpoint.enabled,
                        endpoint.disabledReason?.rawValue, sealed, endpoint.createdAt.milliseconds,
                    ])
                return true
            }
        }
    }

    /// An endpoint of a client.
    public func endpoint(_ id: EndpointID, client: ClientID) async throws(StoreError) -> Endpoint? {
        try await read { db in try EndpointRow.find(id, client, db) }
    }

    /// A client's endpoints, newest first.
    public func endpoints(client: ClientID, page: PageRequest) async throws(StoreError) -> Page<Endpoint> {
        var query = ListQuery(
            "SELECT \(EndpointRow.columns) FROM endpoint", id: "id", where: "client_id = ?", client.rawValue)
        query.add("deleted_at IS NULL")
        return try await list(query, page, EndpointRow.endpoint)
    }

    /// Removes an endpoint and its secrets; its open deliveries are abandoned and stay readable.
    public func deleteEndpoint(
        _ id: EndpointID, client: ClientID, at time: Timestamp
    ) async throws(StoreError) -> Bool {
        try await writer.write { db in
            let removed = try db.changes(
                """
                UPDATE endpoint SET deleted_at = ?, enabled = 0, secret = NULL, previous_secret = NULL
                WHERE id = ? AND client_id = ? AND deleted_at IS NULL
                """,
                [time.milliseconds, id.rawValue, client.rawValue])
            guard removed == 1 else { return false }
            try db.run(
                """
                UPDATE delivery SET status = 'abandoned', next_attempt_at = NULL, ended_at = ?
                WHERE endpoint_id = ? AND status IN ('pending', 'held')
                """,
                [time.milliseconds, id.rawValue])
            return true
        }
    }

    /// Gives an endpoint a new secret; the present one signs too until `overlapUntil`.
    public func rotateSecret(
        _ id: EndpointID, client: ClientID, newSecret: String, overlapUntil: Timestamp, at time: Timestamp,
        key: IdempotencyKey?, answer: KeptAnswer
    ) async throws(StoreError) -> Keyed<Bool> {
        let place = EndpointRow.secretPlace(id)
        let sealed = sealer.seal(Data(newSecret.utf8), at: place)
        let kept = seal(answer, for: key)
        return try await writer.write { [sealer] db in
            try KeptAnswers(db: db, sealer: sealer).once(key, at: time, kept, keepIf: { $0 }) {
                let current = try db.value(
                    "SELECT secret FROM endpoint WHERE id = ? AND client_id = ? AND deleted_at IS NULL",
                    [id.rawValue, client.rawValue], as: Data.self)
                guard let current else { return false }
                // The same write once more must not lose the secret before.
                if try sealer.open(current, at: place) == Data(newSecret.utf8) { return true }
                try db.run(
                    "UPDATE endpoint SET previous_secret = secret, previous_until = ?, secret = ? WHERE id = ?",
                    [overlapUntil.milliseconds, sealed, id.rawValue])
                return true
            }
        }
    }
}
