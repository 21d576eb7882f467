import BridgeCore
import Foundation

/// An answer as it is stored.
struct SealedAnswer: Sendable {
    let status: Int
    let location: String?
    let body: Data
}

/// The rows of idempotency keys, inside a transaction.
struct KeptAnswers {
    let db: Database
    let sealer: Sealer

    /// The row's name for sealing: the session under whose start the key was reserved, or the key itself.
    static func place(session: SessionID) -> Place {
        Place(.keptAnswer, session.rawValue)
    }

    static func place(_ key: IdempotencyKey) -> Place {
        place(client: key.clientID, digest: Data(key.digest))
    }

    static func place(client: ClientID, digest: Data) -> Place {
        Place(.keptAnswer, client.rawValue + digest.base64EncodedString())
    }

    func state(_ key: IdempotencyKey, at time: Timestamp) throws -> KeyState {
        let row = try db.row(
            """
            SELECT fingerprint, status, location, body, session_id FROM idempotency
            WHERE client_id = ? AND digest = ? AND expires_at > ?
            """, [key.clientID.rawValue, Data(key.digest), time.milliseconds])
        guard let row else { return .free }
        guard row[0] == Data(key.fingerprint) else { return .mismatch }
        guard let status = row[1] as Int? else { return .running }
        let session = (row[4] as String?).map { SessionID(stored: $0) }
        let body = try sealer.open(row[3], at: session.map(Self.place(session:)) ?? Self.place(key))
        return .answered(KeptAnswer(status: status, location: row[2], body: Array(body)))
    }

    /// The same of a key that is locked, for a caller who may be told of it.
    func toldState(_ key: IdempotencyKey, at time: Timestamp) throws -> KeyState {
        let state = try state(key, at: time)
        if case .answered = state { try db.confirm() }
        return state
    }

    /// Takes a free key, which is locked; without an answer it is reserved.
    func take(_ key: IdempotencyKey, session: SessionID? = nil, _ answer: SealedAnswer? = nil) throws {
        // What is in the way has expired.
        try db.run(
            """
            INSERT INTO idempotency
                (client_id, digest, fingerprint, expires_at, session_id, status, location, body\(db.mine.column))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?\(db.mine.value))
            ON CONFLICT (client_id, digest) DO UPDATE SET fingerprint = excluded.fingerprint,
                expires_at = excluded.expires_at, session_id = excluded.session_id, status = excluded.status,
                location = excluded.location, body = excluded.body\(db.mine.assignment)
            """,
            [
                key.clientID.rawValue, Data(key.digest), Data(key.fingerprint), key.expiresAt.milliseconds,
                session?.rawValue, answer?.status, answer?.location, answer?.body,
            ])
    }

    /// Keeps the answer under the key that the session's start reserved, or frees the key.
    func settle(session: SessionID, _ answer: SealedAnswer?) throws {
        guard let answer else {
            return try db.run("DELETE FROM idempotency WHERE session_id = ? AND status IS NULL", [session.rawValue])
        }
        try db.run(
            "UPDATE idempotency SET status = ?, location = ?, body = ? WHERE session_id = ? AND status IS NULL",
            [answer.status, answer.location, answer.body, session.rawValue])
    }

    /// Does something once under a key: the answer is kept in the same commit, unless there was nothing to do it to.
    ///
    /// It locks the key, so it comes first in its transaction.
    func once<Value: Sendable>(
        _ key: IdempotencyKey?, at time: Timestamp, _ answer: SealedAnswer, keepIf wasDone: (Value) -> Bool,
        _ body: () throws -> Value
    ) throws -> Keyed<Value> {
        guard let key else { return .done(try body()) }
        try db.lock(.idempotencyKey(key))
        let state = try toldState(key, at: time)
        guard try state == .free || isRepeated(state, key, answer) else { return .notFree(state) }
        let value = try body()
        if wasDone(value) { try take(key, answer) }
        return .done(value)
    }

    /// Whether an answer under a key was kept by this write, in a run before whose commit was in doubt.
    private func isRepeated(_ state: KeyState, _ key: IdempotencyKey, _ answer: SealedAnswer) throws -> Bool {
        guard db.isInDoubt, case .answered(let kept) = state else { return false }
        let body = Array(try sealer.open(answer.body, at: Self.place(key)))
        return kept == KeptAnswer(status: answer.status, location: answer.location, body: body)
    }

    /// Whether a key was reserved by this write, in a run before whose commit was in doubt.
    func isReservedByRepeated(_ key: IdempotencyKey) throws -> Bool {
        guard db.isInDoubt else { return false }
        return try db.value(
            """
            SELECT 1 FROM idempotency WHERE client_id = ? AND digest = ? AND fingerprint = ? AND expires_at = ?
                AND status IS NULL AND session_id IS NULL
            """,
            [key.clientID.rawValue, Data(key.digest), Data(key.fingerprint), key.expiresAt.milliseconds], as: Int.self)
            != nil
    }
}

extension SQLStore {
    func seal(_ answer: KeptAnswer, at place: Place) -> SealedAnswer {
        SealedAnswer(status: answer.status, location: answer.location, body: sealer.seal(answer.body, at: place))
    }

    /// An answer for a key; what it is sealed for does not matter when there is none.
    func seal(_ answer: KeptAnswer, for key: IdempotencyKey?) -> SealedAnswer {
        guard let key else { return SealedAnswer(status: answer.status, location: nil, body: Data()) }
        return seal(answer, at: KeptAnswers.place(key))
    }
}
