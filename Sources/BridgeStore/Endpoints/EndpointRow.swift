import BridgeCore
import Foundation

/// An endpoint as it is read from its row. One that is gone is read through its deliveries only.
struct EndpointRow {
    let endpoint: Endpoint
    let keys: EndpointKeys

    static let columns = """
        n.id, n.client_id, n.url, n.events, n.description, n.enabled, n.disabled_reason, n.ordered, n.timeout_ms,
        n.retry_schedule, n.rate_limit, n.signature, n.failing_since, n.epoch, n.created_at, n.credentials
        """

    /// An endpoint of a client that is not gone.
    ///
    /// - Parameter lock: How its row is locked from then on.
    static func find(
        _ id: EndpointID, _ client: ClientID, lock: RowLock? = nil, _ sealer: Sealer, _ db: Database
    ) throws -> EndpointRow? {
        try db.row(
            """
            SELECT \(columns) FROM endpoint n WHERE n.id = ? AND n.client_id = ? AND n.deleted_at IS NULL
            \(lock.map { db.dialect.lock($0) } ?? "")
            """,
            [id.rawValue, client.rawValue]
        ).map { try EndpointRow($0, sealer) }
    }

    /// - Parameter first: Where ``columns`` begin in the row.
    init(_ row: Row, from first: Int = 0, _ sealer: Sealer) throws {
        let id = EndpointID(stored: row[first])
        let credentials = try EndpointCredentials(row[first + 15], of: id, sealer)
        keys = credentials.keys
        endpoint = Endpoint(
            id: id, clientID: ClientID(stored: row[first + 1]), url: row[first + 2],
            events: Self.events(row[first + 3]), description: row[first + 4],
            options: EndpointOptions(
                ordered: row[first + 7], timeout: (row[first + 8] as Int64?).map { .milliseconds($0) },
                retrySchedule: (row[first + 9] as String?).map(Self.schedule), rateLimit: row[first + 10],
                signature: try row.word(first + 11), headers: credentials.headers, tls: credentials.tls),
            enabled: row[first + 5], disabledReason: try row.optionalWord(first + 6),
            failingSince: row.optionalTime(first + 12), epoch: row[first + 13], createdAt: row.time(first + 14))
    }

    /// The filter is stored as its patterns with a space between.
    static func events(_ stored: String) -> EventFilter {
        EventFilter(stored: stored.split(separator: " ").map(String.init))
    }

    /// What changes of a row, in the order of ``changing``.
    static func values(_ endpoint: Endpoint) -> StatementArguments {
        let options = endpoint.options
        return [
            endpoint.url, endpoint.events.patterns.joined(separator: " "), endpoint.description, endpoint.enabled,
            endpoint.disabledReason?.rawValue, options.ordered, options.timeout?.wholeMilliseconds,
            options.retrySchedule.map(text), options.rateLimit, options.signature.rawValue,
            endpoint.failingSince?.milliseconds, endpoint.epoch,
        ]
    }

    static let changing = [
        "url", "events", "description", "enabled", "disabled_reason", "ordered", "timeout_ms", "retry_schedule",
        "rate_limit", "signature", "failing_since", "epoch",
    ]

    private static func schedule(_ stored: String) -> [Duration] {
        stored.split(separator: " ").compactMap { Int64($0).map { .milliseconds($0) } }
    }

    private static func text(_ schedule: [Duration]) -> String {
        schedule.map { String($0.wholeMilliseconds) }.joined(separator: " ")
    }
}
