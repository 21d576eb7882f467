import BridgeCore
import Foundation

extension SQLStore {
    /// Writes a part of a signed file before its outcome, in a commit of its own.
    ///
    /// It writes nothing when the session is not open under that epoch: the end will say so. The session does not end
    /// meanwhile, which would leave the chunk behind.
    public func writeFileChunk(
        _ bytes: ArraySlice<UInt8>, index: Int, of session: SessionID, epoch: Int64
    ) async throws(StoreError) {
        let sealed = sealer.seal(bytes, at: Self.chunkPlace(index, session, epoch))
        try await write(bytes: bytes.count) { db in
            try db.run(
                """
                INSERT INTO file_chunk (session_id, epoch, number, bytes)
                SELECT id, epoch, ?, ? FROM session
                WHERE id = ? AND epoch = ? AND status IN ('starting', 'pending') \(db.dialect.lock(.share))
                ON CONFLICT (session_id, epoch, number) DO UPDATE SET bytes = excluded.bytes
                """,
                [index, sealed, session.rawValue, epoch])
        }
    }

    /// A session's signed file; `nil` when it has none, or has it no more.
    public func file(of session: SessionID, client: ClientID) async throws(StoreError) -> StoredFile? {
        try await read { [sealer] db in
            try db.row(
                "SELECT result, file_chunks FROM session WHERE id = ? AND client_id = ? AND file_chunks > 0",
                [session.rawValue, client.rawValue]
            ).map { row in
                let result = try sealer.open(row[0], at: Place(.result, session.rawValue))
                return StoredFile(file: try ResultCoding.file(result), chunks: row[1])
            }
        }
    }

    /// A part of a session's signed file.
    public func fileChunk(
        _ index: Int, of session: SessionID, client: ClientID
    ) async throws(StoreError) -> [UInt8]? {
        let chunk = try await read { db in
            try db.row(
                """
                SELECT c.bytes, c.epoch FROM session s
                JOIN file_chunk c ON c.session_id = s.id AND c.epoch = s.epoch AND c.number = ?
                WHERE s.id = ? AND s.client_id = ? AND s.file_chunks > 0
                """,
                [index, session.rawValue, client.rawValue]
            ).map { (sealed: $0[0] as Data, epoch: $0[1] as Int64) }
        }
        guard let chunk else { return nil }
        do {
            return Array(try sealer.open(chunk.sealed, at: Self.chunkPlace(index, session, chunk.epoch)))
        } catch {
            throw StoreError(error)
        }
    }

    static func chunkPlace(_ index: Int, _ session: SessionID, _ epoch: Int64) -> Place {
        Place(.fileChunk, "\(session.rawValue)/\(epoch)/\(index)")
    }

    /// Makes a final session's file unavailable; its chunks are removed afterwards.
    static func giveUpFile(of session: SessionID, _ db: Database) throws {
        try db.run(
            """
            INSERT INTO unwanted_file (session_id, epoch)
            SELECT id, epoch FROM session WHERE id = ? AND file_chunks > 0 ON CONFLICT DO NOTHING
            """,
            [session.rawValue])
        try db.run("UPDATE session SET file_chunks = 0 WHERE id = ?", [session.rawValue])
    }

    /// Removes chunks that nobody reads any more, one in a write: of one session, or of all. A file that another
    /// instance is at is left to it.
    func removeUnwantedChunks(of session: SessionID? = nil) async throws(StoreError) {
        var isDone = false
        while !isDone {
            isDone = try await write(bytes: StoredFile.chunkSize) { db in
                let next = try db.row(
                    """
                    SELECT session_id, epoch FROM unwanted_file WHERE session_id = coalesce(?, session_id) LIMIT 1
                    \(db.dialect.lock(.change, skipping: true))
                    """,
                    [session?.rawValue])
                guard let next else { return true }
                let file: StatementArguments = [next[0] as String, next[1] as Int64]
                let removed = try db.changes(
                    """
                    DELETE FROM file_chunk WHERE session_id = ?1 AND epoch = ?2 AND number = (
                        SELECT min(number) FROM file_chunk WHERE session_id = ?1 AND epoch = ?2)
                    """, file)
                if removed == 0 { try db.run("DELETE FROM unwanted_file WHERE session_id = ? AND epoch = ?", file) }
                return false
            }
        }
    }
}
