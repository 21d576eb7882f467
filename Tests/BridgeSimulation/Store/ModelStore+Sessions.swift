import BridgeCore
import Marksign

extension ModelStore {
    func adoptOpenSessions() -> [OpenSession] {
        var adopted: [OpenSession] = []
        for id in sessionOrder.sorted() {
            guard let row = sessions[id], !row.session.status.isFinal else { continue }
            sessions[id]?.session = row.session.adopted()
            adopted.append(OpenSession(session: row.session.adopted(), cancelRequested: row.cancelRequested))
        }
        return adopted
    }

    func beginStart(_ session: Session, key: IdempotencyKey?, at time: Timestamp) -> Keyed<Void> {
        if sessions[session.id] != nil { return .done(()) }
        if let key {
            let state = keyState(key, at: time)
            guard state == .free else { return .notFree(state) }
            take(key, session: session.id, nil)
        }
        insert(session)
        return .done(())
    }

    func completeStart(_ session: Session, answer: KeptAnswer) -> Bool {
        guard let token = session.token else { return false }
        if let holder = tokens[token] { return holder == session.id }
        guard let row = sessions[session.id], row.session.status == .starting,
            isOwner(session.epoch, of: row.session)
        else { return false }
        tokens[token] = session.id
        world.witness.wrote(session.id, under: session.epoch, of: row.session.epoch)
        sessions[session.id]?.session = session
        world.witness.accepted(session.id)
        settle(session.id, answer)
        return true
    }

    func abandonStart(_ id: SessionID, epoch: Int64, answer: KeptAnswer?) -> Bool {
        guard let row = sessions[id] else { return true }
        guard row.session.status == .starting, isOwner(epoch, of: row.session) else { return false }
        world.witness.wrote(id, under: epoch, of: row.session.epoch)
        sessions[id] = nil
        sessionOrder.removeAll { $0 == id }
        settle(id, answer)
        return true
    }

    func watch(_ session: Session, key: IdempotencyKey?, answer: KeptAnswer, at time: Timestamp) -> Keyed<WatchResult> {
        if let key {
            let state = keyState(key, at: time)
            guard state == .free else { return .notFree(state) }
        }
        if let holder = session.token.flatMap({ tokens[$0] }) {
            if holder == session.id { return .done(.watching) }
            return .done(sessions[holder]?.session.clientID == session.clientID ? .exists(holder) : .inUse)
        }
        insert(session)
        world.witness.accepted(session.id)
        if let token = session.token { tokens[token] = session.id }
        if let key { take(key, session: nil, answer) }
        return .done(.watching)
    }

    func writeFileChunk(_ number: Int, _ bytes: ArraySlice<UInt8>, of session: SessionID, epoch: Int64) {
        sessions[session]?.chunks[epoch, default: [:]][number] = bytes
    }

    func file(of session: SessionID, epoch: Int64) -> [UInt8] {
        let chunks = sessions[session]?.chunks[epoch] ?? [:]
        return chunks.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    /// `nil` when it is not open under that epoch.
    func end(_ ending: SessionEnding) -> [DueDelivery]? {
        guard let row = sessions[ending.sessionID],
            !row.session.status.isFinal || world.mutation == .endsTwice,
            isOwner(ending.epoch, of: row.session)
        else {
            return events[ending.event.id] == nil ? nil : due(of: ending.event.id)
        }
        world.witness.demand(
            row.chunks[ending.epoch, default: [:]].count >= ending.fileChunks, .oneCommit,
            "the file is not there before")
        sessions[ending.sessionID]?.session.status = ending.status
        sessions[ending.sessionID]?.session.result = ending.result
        sessions[ending.sessionID]?.session.error = ending.error
        add(ending.event)
        let due = world.mutation == .losesDeliveries ? [] : fanOut(ending.event, ending.makeDeliveryID)
        if let answer = ending.answer { settle(ending.sessionID, answer) }
        world.witness.ended(row.session, ending)
        return due
    }

    func requestCancel(_ id: SessionID) -> Session? {
        guard let session = sessions[id]?.session, session.status != .starting else { return nil }
        if session.status == .pending { sessions[id]?.cancelRequested = true }
        return session
    }

    private func insert(_ session: Session) {
        sessions[session.id] = SessionRow(session: session)
        sessionOrder.append(session.id)
    }

    private func isOwner(_ epoch: Int64, of session: Session) -> Bool {
        world.mutation == .ignoresEpoch || session.epoch == epoch
    }
}
