import BridgeCore

extension SQLStore {
    /// Removes deliveries that waited for too long.
    func expireUndelivered(_ cut: Cutoffs) async throws(StoreError) -> Int {
        let ids = try await read { db in
            try db.values(
                "SELECT id FROM delivery WHERE \(Cutoffs.deliveryIsOverdue) LIMIT ?2", [cut.undelivered, cut.limit],
                as: String.self)
        }
        if ids.isEmpty { return 0 }
        return try await write { db in
            try ids.reduce(0) { sum, id in
                guard try db.lockAtOnce("delivery", id: id, .removal) else { return sum }
                return sum
                    + (try db.changes(
                        "DELETE FROM delivery WHERE \(Cutoffs.deliveryIsOverdue) AND id = ?2", [cut.undelivered, id]))
            }
        }
    }

    /// Removes sessions with their events, deliveries and files. `undelivered`: how many deliveries had failed.
    func expireSessions(_ cut: Cutoffs) async throws(StoreError) -> (removed: Int, undelivered: Int) {
        let ids = try await read { db in
            try db.values(
                "SELECT id FROM session WHERE \(Cutoffs.sessionIsOver) ORDER BY ended_at LIMIT ?3",
                [cut.sessions, cut.undelivered, cut.limit], as: String.self)
        }
        if ids.isEmpty { return (0, 0) }
        return try await write { db in
            var removed = 0
            var undelivered = 0
            for id in ids where try db.lockAtOnce("session", id: id, .removal) {
                // No delivery of it is made or sent again from now on.
                try db.lock("event", where: "session_id = ?", [id], .removal)
                let session = try db.value(
                    "SELECT id FROM session WHERE id = ?3 AND \(Cutoffs.sessionIsOver)",
                    [cut.sessions, cut.undelivered, id], as: String.self)
                guard let session else { continue }
                undelivered += try Self.failedDeliveries("(SELECT id FROM event WHERE session_id = ?)", session, db)
                try Self.giveUpFile(of: SessionID(stored: session), db)
                try db.run("DELETE FROM session WHERE id = ?", [session])
                removed += 1
            }
            return (removed, undelivered)
        }
    }

    /// Removes events that tried an endpoint. How many of them had not been delivered.
    func expireTests(_ cut: Cutoffs) async throws(StoreError) -> Int {
        try await write { db in
            let ids = try db.values(
                "SELECT id FROM event WHERE \(Cutoffs.testIsOver) ORDER BY created_at LIMIT ?3",
                [cut.sessions, cut.undelivered, cut.limit], as: String.self)
            return try ids.reduce(0) { sum, id in
                guard try db.lockAtOnce("event", id: id, .removal) else { return sum }
                let failed = try Self.failedDeliveries("?", id, db)
                let removed = try db.changes(
                    "DELETE FROM event WHERE \(Cutoffs.testIsOver) AND id = ?3", [cut.sessions, cut.undelivered, id])
                return removed == 1 ? sum + failed : sum
            }
        }
    }

    /// Removes signed files, before their sessions.
    func expireFiles(_ cut: Cutoffs) async throws(StoreError) -> Int {
        let ids = try await read { db in
            try db.values(
                "SELECT id FROM session WHERE \(Cutoffs.fileIsOver) ORDER BY ended_at LIMIT ?2",
                [cut.files, cut.limit], as: String.self)
        }
        if ids.isEmpty { return 0 }
        return try await write { db in
            try ids.reduce(0) { sum, id in
                guard try db.lockAtOnce("session", id: id, .change) else { return sum }
                let session = try db.value(
                    "SELECT id FROM session WHERE id = ?2 AND \(Cutoffs.fileIsOver)", [cut.files, id], as: String.self)
                guard let session else { return sum }
                try Self.giveUpFile(of: SessionID(stored: session), db)
                return sum + 1
            }
        }
    }

    /// Removes answers that were kept for long enough.
    func expireAnswers(at time: Timestamp, limit: Int) async throws(StoreError) -> Int {
        try await write { db in
            try db.changes(
                """
                DELETE FROM idempotency WHERE expires_at <= ?1 AND (client_id, digest) IN (
                    SELECT client_id, digest FROM idempotency WHERE expires_at <= ?1 LIMIT ?2)
                """,
                [time.milliseconds, limit])
        }
    }

    /// Removes endpoints that are gone and to which no delivery refers any more.
    func expireEndpoints(_ cut: Cutoffs) async throws(StoreError) {
        try await write { db in
            try db.run(
                """
                DELETE FROM endpoint WHERE id IN (
                    SELECT id FROM endpoint WHERE deleted_at <= ? AND NOT EXISTS (
                        SELECT 1 FROM delivery WHERE delivery.endpoint_id = endpoint.id) LIMIT ?)
                """,
                [cut.sessions, cut.limit])
        }
    }

    private static func failedDeliveries(_ event: String, _ id: String, _ db: Database) throws -> Int {
        try db.value("SELECT count(*) FROM delivery WHERE status = 'failed' AND event_id = \(event)", [id]) ?? 0
    }
}
