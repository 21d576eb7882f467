import BridgeCore
import Foundation

extension SQLStore {
    /// What is known under a key.
    public func keyState(_ key: IdempotencyKey, at time: Timestamp) async throws(StoreError) -> KeyState {
        let state = try await read { [sealer] db in try KeptAnswers(db: db, sealer: sealer).state(key, at: time) }
        // Another instance may have committed it, and still wait for the standby.
        if isShared, case .answered = state { try await write { try $0.confirm() } }
        return state
    }

    /// Takes a free key for a request that runs over several commits; `.free` means that it was taken.
    public func reserve(_ key: IdempotencyKey, at time: Timestamp) async throws(StoreError) -> KeyState {
        try await write { [sealer] db in
            try db.lock(.idempotencyKey(key))
            let answers = KeptAnswers(db: db, sealer: sealer)
            let state = try answers.toldState(key, at: time)
            if state == .free { try answers.take(key) }
            if state == .running, try answers.isReservedByRepeated(key) { return .free }
            return state
        }
    }

    /// Keeps the answer of a request that reserved its key, or frees the key when there is none.
    public func settle(_ key: IdempotencyKey, _ answer: KeptAnswer?) async throws(StoreError) {
        let sealed = answer.map { seal($0, at: KeptAnswers.place(key)) }
        let row: StatementArguments = [key.clientID.rawValue, Data(key.digest), Data(key.fingerprint)]
        let reserved = "client_id = ? AND digest = ? AND fingerprint = ? AND status IS NULL AND session_id IS NULL"
        try await write { db in
            if let sealed {
                try db.run(
                    "UPDATE idempotency SET status = ?, location = ?, body = ? WHERE \(reserved)",
                    [sealed.status, sealed.location, sealed.body] + row)
            } else {
                try db.run("DELETE FROM idempotency WHERE \(reserved)", row)
            }
        }
    }
}
