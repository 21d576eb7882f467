import BridgeCore
import Foundation
import Marksign

/// How a session is read from its row.
struct SessionRow {
    let sealer: Sealer

    static let personal = "LEFT JOIN session_personal p ON p.session_id = s.id"
    static let tables = "session s \(personal)"
    /// In the order of ``Column``.
    static let columns = """
        s.id, s.client_id, s.kind, s.method, s.status, s.epoch, s.token, s.control_code, s.metadata, s.created_at,
        s.expires_at, s.cancel_requested_at, s.ended_at, s.result, s.file_chunks, s.error_code, s.upstream_code, p.data
        """

    private enum Column: Int {
        case id, client, kind, method, status, epoch, token, controlCode, metadata, createdAt
        case expiresAt, cancelRequestedAt, endedAt, result, fileChunks, errorCode, upstreamCode, personal
    }

    func session(_ row: Row) throws -> Session {
        let id = SessionID(stored: row[Column.id.rawValue])
        let token = try opened(row, .token, .token, id).map { bytes in
            guard let token = SessionToken(String(decoding: bytes, as: UTF8.self)) else {
                throw DamagedValue("the token of \(id) is not one")
            }
            return token
        }
        let code = try opened(row, .controlCode, .controlCode, id)
        let metadata = try opened(row, .metadata, .metadata, id)
        return Session(
            id: id, clientID: ClientID(stored: row[Column.client.rawValue]), kind: try row.word(Column.kind.rawValue),
            method: try row.word(Column.method.rawValue), status: try row.word(Column.status.rawValue), token: token,
            controlCode: code.map { String(decoding: $0, as: UTF8.self) },
            createdAt: row.time(Column.createdAt.rawValue), expiresAt: row.time(Column.expiresAt.rawValue),
            endedAt: row.optionalTime(Column.endedAt.rawValue), result: try result(row, id), error: try error(row),
            metadata: metadata.map { Metadata(json: Array($0)) } ?? .none, epoch: row[Column.epoch.rawValue])
    }

    func openSession(_ row: Row) throws -> OpenSession {
        OpenSession(
            session: try session(row), cancelRequested: !row.hasNull(Column.cancelRequestedAt.rawValue))
    }

    private func result(_ row: Row, _ id: SessionID) throws -> SessionResult? {
        guard let stored = try opened(row, .result, .result, id) else { return nil }
        let personal = try opened(row, .personal, .personal, id)
        let chunks: Int = row[Column.fileChunks.rawValue]
        return try ResultCoding.result(stored, fileAvailable: chunks > 0, personal: personal)
    }

    private func error(_ row: Row) throws -> SessionError? {
        guard let code = try row.optionalWord(Column.errorCode.rawValue, as: SessionErrorCode.self) else { return nil }
        return SessionError(code, upstreamCode: row[Column.upstreamCode.rawValue])
    }

    private func opened(_ row: Row, _ column: Column, _ place: SealedColumn, _ id: SessionID) throws -> Data? {
        guard let stored = row[column.rawValue] as Data? else { return nil }
        return try sealer.open(stored, at: Place(place, id.rawValue))
    }
}

/// What of a session is sealed; made before the write is queued.
struct SealedSession: Sendable {
    let token: Data?
    let tokenHash: Data?
    let controlCode: Data?
    let metadata: Data?

    init(_ session: Session, _ sealer: Sealer, _ identity: StoreIdentity) {
        let id = session.id.rawValue
        func seal(_ text: String, _ column: SealedColumn) -> Data {
            sealer.seal(Data(text.utf8), at: Place(column, id))
        }
        token = session.token.map { seal($0.rawValue, .token) }
        tokenHash = session.token.map { Data(identity.fingerprint("token", Array($0.rawValue.utf8))) }
        controlCode = session.controlCode.map { seal($0, .controlCode) }
        metadata =
            session.metadata.pairs.isEmpty
            ? nil : sealer.seal(session.metadata.json, at: Place(.metadata, id))
    }
}
