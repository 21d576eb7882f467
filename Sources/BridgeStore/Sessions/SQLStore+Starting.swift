import BridgeCore
import Foundation
import Marksign

extension SQLStore {
    /// Commits a session in `starting`, and reserves its key, before its start is sent.
    public func beginStart(
        _ session: Session, key: IdempotencyKey?, at time: Timestamp
    ) async throws(StoreError) -> Keyed<Void> {
        let sealed = SealedSession(session, sealer, identity)
        return try await write { [sealer] db in
            if let key { try db.lock(.idempotencyKey(key)) }
            let isRepeated = try Self.exists(session.id, db)
            if isRepeated { return .done(()) }
            let answers = KeptAnswers(db: db, sealer: sealer)
            if let key {
                let state = try answers.toldState(key, at: time)
                guard state == .free else { return .notFree(state) }
                try answers.take(key, session: session.id)
            }
            try Self.insert(session, sealed, db)
            return .done(())
        }
    }

    /// Makes a starting session pending, and keeps the answer.
    public func completeStart(_ session: Session, answer: KeptAnswer) async throws(StoreError) -> Bool {
        let sealed = SealedSession(session, sealer, identity)
        let kept = seal(answer, at: KeptAnswers.place(session: session.id))
        return try await write { [sealer] db in
            let id = session.id.rawValue
            if let holder = try Self.holder(of: sealed.tokenHash, db) {
                // Its own row: the same write once more.
                return holder.session == session.id
            }
            let changed = try db.changes(
                """
                UPDATE session SET status = 'pending', token_hash = ?, token = ?, control_code = ?, expires_at = ?
                WHERE id = ? AND epoch = ? AND status = 'starting'
                """,
                [
                    sealed.tokenHash, sealed.token, sealed.controlCode, session.expiresAt.milliseconds, id,
                    session.epoch,
                ])
            guard changed == 1 else { return false }
            try KeptAnswers(db: db, sealer: sealer).settle(session: session.id, kept)
            return true
        }
    }

    /// Removes a starting session without a trace; its key keeps the answer, or is freed when there is none. `false`:
    /// it is not starting under that epoch.
    public func abandonStart(_ id: SessionID, epoch: Int64, answer: KeptAnswer?) async throws(StoreError) -> Bool {
        let kept = answer.map { seal($0, at: KeptAnswers.place(session: id)) }
        return try await write { [sealer] db in
            let removed = try db.changes(
                "DELETE FROM session WHERE id = ? AND epoch = ? AND status = 'starting'", [id.rawValue, epoch])
            // Gone, it was removed by this write in a run before.
            guard removed == 1 else { return try !Self.exists(id, db) }
            try KeptAnswers(db: db, sealer: sealer).settle(session: id, kept)
            return true
        }
    }

    /// Commits a pending session of a token that was got elsewhere.
    public func watch(
        _ session: Session, key: IdempotencyKey?, answer: KeptAnswer, at time: Timestamp
    ) async throws(StoreError) -> Keyed<WatchResult> {
        let sealed = SealedSession(session, sealer, identity)
        let kept = seal(answer, for: key)
        return try await write { [sealer] db in
            try KeptAnswers(db: db, sealer: sealer).once(key, at: time, kept, keepIf: { $0 == .watching }) {
                if let holder = try Self.holder(of: sealed.tokenHash, db) {
                    if holder.session == session.id { return .watching }
                    return holder.client == session.clientID ? .exists(holder.session) : .inUse
                }
                try Self.insert(session, sealed, db)
                return .watching
            }
        }
    }

    /// Whose session has that token.
    private static func holder(of tokenHash: Data?, _ db: Database) throws -> (session: SessionID, client: ClientID)? {
        guard let tokenHash else { return nil }
        return try db.row("SELECT id, client_id FROM session WHERE token_hash = ?", [tokenHash]).map { row in
            (SessionID(stored: row[0]), ClientID(stored: row[1]))
        }
    }

    private static func exists(_ id: SessionID, _ db: Database) throws -> Bool {
        try db.value("SELECT 1 FROM session WHERE id = ?", [id.rawValue], as: Int.self) != nil
    }

    private static func insert(_ session: Session, _ sealed: SealedSession, _ db: Database) throws {
        // Another instance would take it over, and this one might still send its start.
        if db.mine.isNobody { throw StoreError.unavailable("the process is no instance at present") }
        try db.run(
            """
            INSERT INTO session (id, client_id, owner, epoch, kind, method, status, token_hash, token, control_code,
                metadata, created_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                session.id.rawValue, session.clientID.rawValue, db.mine.id, session.epoch, session.kind.rawValue,
                session.method.rawValue, session.status.rawValue, sealed.tokenHash, sealed.token, sealed.controlCode,
                sealed.metadata, session.createdAt.milliseconds, session.expiresAt.milliseconds,
            ])
    }
}
