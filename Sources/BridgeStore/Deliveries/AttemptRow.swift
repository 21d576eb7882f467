import BridgeCore
import Foundation

/// An attempt as it is stored; made before the write is queued.
struct AttemptRow: Sendable {
    private let attempt: Attempt
    private let response: Data?

    /// The rows may be named `a` only.
    static let columns = """
        a.id, a.number, a.started_at, a.duration_ms, a.error, a.status, a.address, a.response
        """

    init(_ attempt: Attempt, _ sealer: Sealer) {
        self.attempt = attempt
        let bytes = attempt.result.response
        response = bytes.isEmpty ? nil : sealer.seal(bytes, at: Self.place(attempt.id))
    }

    static func attempt(_ row: Row, _ sealer: Sealer) throws -> Attempt {
        let id = AttemptID(stored: row[0])
        let response = try (row[7] as Data?).map { try sealer.open($0, at: place(id)) }
        return Attempt(
            id: id, number: row[1], startedAt: row.time(2), durationMilliseconds: row[3],
            result: AttemptResult(
                error: try row.optionalWord(4), status: row[5], address: row[6],
                response: response.map(Array.init) ?? []))
    }

    /// Adds the attempt to those of its delivery, with the next number and what its record did to the endpoint.
    func insert(of delivery: DeliveryID, disabled: DisabledReason?, _ db: Database) throws {
        let result = attempt.result
        try db.run(
            """
            INSERT INTO attempt (id, client_id, endpoint_id, delivery_id, number, started_at, duration_ms, error,
                status, address, disabled, response)
            SELECT ?, client_id, endpoint_id, id, attempt_count, ?, ?, ?, ?, ?, ?, ? FROM delivery WHERE id = ?
            """,
            [
                attempt.id.rawValue, attempt.startedAt.milliseconds, attempt.durationMilliseconds,
                result.error?.rawValue, result.status, result.address, disabled?.rawValue, response,
                delivery.rawValue,
            ])
    }

    static func place(_ id: AttemptID) -> Place {
        Place(.response, id.rawValue)
    }
}
