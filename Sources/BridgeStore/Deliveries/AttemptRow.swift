import BridgeCore
import Foundation
import GRDB

/// An attempt as it is stored; made before the write is queued.
struct AttemptRow: Sendable {
    private let attempt: Attempt
    private let delivery: DeliveryID
    private let response: Data?

    init(_ attempt: Attempt, of delivery: DeliveryID, _ sealer: Sealer) {
        self.attempt = attempt
        self.delivery = delivery
        let bytes = attempt.result.response
        response = bytes.isEmpty ? nil : sealer.seal(bytes, at: Self.place(delivery, attempt.number))
    }

    /// The number is the attempt's name inside its delivery. What is shown counts the rows instead, since resending
    /// skips a number.
    static func attempts(of delivery: DeliveryID, _ sealer: Sealer, _ db: Database) throws -> [Attempt] {
        let rows = try db.rows(
            """
            SELECT number, started_at, duration_ms, error, status, address, retry_after, response
            FROM attempt WHERE delivery_id = ? ORDER BY number
            """,
            [delivery.rawValue])
        return try zip(1..., rows).map { number, row in
            let response = try (row[7] as Data?).map { try sealer.open($0, at: place(delivery, row[0])) }
            return Attempt(
                number: number, startedAt: row.time(1), durationMilliseconds: row[2],
                result: AttemptResult(
                    error: try row.optionalWord(3), status: row[4], address: row[5],
                    response: response.map { Array($0) } ?? [], retryAfter: row[6]))
        }
    }

    /// Adds the attempt to those of its delivery. `false`: it is there already.
    func insert(_ db: Database) throws -> Bool {
        let result = attempt.result
        return try db.changes(
            """
            INSERT INTO attempt (delivery_id, number, started_at, duration_ms, error, status, address, retry_after,
                response)
            SELECT id, ?, ?, ?, ?, ?, ?, ?, ? FROM delivery WHERE id = ? ON CONFLICT DO NOTHING
            """,
            [
                attempt.number, attempt.startedAt.milliseconds, attempt.durationMilliseconds, result.error?.rawValue,
                result.status, result.address, result.retryAfter, response, delivery.rawValue,
            ]) == 1
    }

    private static func place(_ delivery: DeliveryID, _ number: Int) -> Place {
        Place("attempt.response", "\(delivery.rawValue)/\(number)")
    }
}
