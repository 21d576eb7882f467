import BridgeCore
import Foundation
import Synchronization

extension SQLStore {
    /// Ends a session: outcome, event, deliveries and kept answer are one commit.
    public func end(_ ending: SessionEnding) async throws(StoreError) -> [DueDelivery]? {
        let sealed = SealedEnding(ending, sealer)
        let kept = ending.answer.map { seal($0, at: KeptAnswers.place(session: ending.sessionID)) }
        return try await write { [sealer] db in
            guard try sealed.close(ending, db) else {
                return try Self.deliveriesOfRepeated(ending.event.id, db)
            }
            try Self.bindFile(ending, db)
            try sealed.event.insert(db)
            let due = try DeliveryFanOut(db: db, makeID: ending.makeDeliveryID).send(ending.event)
            if let kept { try KeptAnswers(db: db, sealer: sealer).settle(session: ending.sessionID, kept) }
            return due
        }
    }

    /// The same write once more, after one whose commit was in doubt, has the same answer.
    private static func deliveriesOfRepeated(_ event: EventID, _ db: Database) throws -> [DueDelivery]? {
        let isOurs = try db.value("SELECT 1 FROM event WHERE id = ?", [event.rawValue], as: Int.self) != nil
        return isOurs
            ? try DueDelivery.fetch(db, "d.event_id = ? ORDER BY d.id", [event.rawValue]) : nil
    }

    /// Makes the chunks of this epoch the session's file, and gives all others up.
    private static func bindFile(_ ending: SessionEnding, _ db: Database) throws {
        let id = ending.sessionID.rawValue
        try db.run(
            """
            INSERT INTO unwanted_file (session_id, epoch)
            SELECT DISTINCT session_id, epoch FROM file_chunk WHERE session_id = ?1 AND (epoch <> ?2 OR ?3 = 0)
            """,
            [id, ending.epoch, ending.fileChunks])
        guard ending.fileChunks > 0 else { return }
        try db.run(
            "DELETE FROM file_chunk WHERE session_id = ? AND epoch = ? AND number >= ?",
            [id, ending.epoch, ending.fileChunks])
        let found = try db.value(
            "SELECT count(*) FROM file_chunk WHERE session_id = ? AND epoch = ?", [id, ending.epoch], as: Int.self)
        guard found == ending.fileChunks else { throw StoreError.unavailable("the file of \(id) is not complete") }
    }

    /// Records that a client wants a session cancelled; the session as it is.
    public func requestCancel(
        _ id: SessionID, client: ClientID, at time: Timestamp
    ) async throws(StoreError) -> Session? {
        try await write { [sealer] db in
            try db.run(
                """
                UPDATE session SET cancel_requested_at = ?
                WHERE id = ? AND client_id = ? AND status = 'pending' AND cancel_requested_at IS NULL
                """,
                [time.milliseconds, id.rawValue, client.rawValue])
            return try Self.shownSession(id, client, sealer, db)
        }
    }

    /// Removes a final session's personal data and file. That it was, and how it ended, stays.
    public func erase(_ id: SessionID, client: ClientID, at time: Timestamp) async throws(StoreError) -> Session? {
        let session = try await write { [sealer] db -> Session? in
            try db.lock("session", where: "id = ?", [id.rawValue], .change)
            let session = try Self.shownSession(id, client, sealer, db)
            guard let session, session.status.isFinal else { return session }
            try db.run("DELETE FROM session_personal WHERE session_id = ?", [id.rawValue])
            try Self.giveUpFile(of: id, db)
            return session
        }
        guard let session, session.status.isFinal else { return session }
        mustEmptyLog.withLock { $0 = true }
        try await removeUnwantedChunks(of: id)
        return session
    }
}

/// What of an ending is sealed; made before the write is queued.
private struct SealedEnding: Sendable {
    let event: SealedEvent
    private let result: Data?
    private let personal: Data?

    init(_ ending: SessionEnding, _ sealer: Sealer) {
        let id = ending.sessionID.rawValue
        event = SealedEvent(ending.event, sealer)
        result = ending.result.map { sealer.seal(ResultCoding.bytes($0), at: Place(.result, id)) }
        if case .document(let document) = ending.result, let data = document.personal {
            personal = sealer.seal(ResultCoding.bytes(data), at: Place(.personal, id))
        } else {
            personal = nil
        }
    }

    /// Gives the session its final status. `false`: it is not open under that epoch.
    func close(_ ending: SessionEnding, _ db: Database) throws -> Bool {
        let id = ending.sessionID.rawValue
        let changed = try db.changes(
            """
            UPDATE session SET status = ?, ended_at = ?, result = ?, file_chunks = ?, error_code = ?, upstream_code = ?
            WHERE id = ? AND epoch = ? AND status IN ('starting', 'pending')
            """,
            [
                ending.status.rawValue, ending.endedAt.milliseconds, result, ending.fileChunks,
                ending.error?.code.rawValue, ending.error?.upstreamCode, id, ending.epoch,
            ])
        guard changed == 1 else { return false }
        if let personal {
            try db.run("INSERT INTO session_personal (session_id, data) VALUES (?, ?)", [id, personal])
        }
        return true
    }
}
