import BridgeCore
import Foundation
import GRDB

/// How an endpoint is read from its row. One that is gone is read through its deliveries only.
enum EndpointRow {
    static let columns = "id, client_id, url, events, description, enabled, disabled_reason, created_at"

    static func find(_ id: EndpointID, _ client: ClientID, _ db: Database) throws -> Endpoint? {
        try db.row(
            "SELECT \(columns) FROM endpoint WHERE id = ? AND client_id = ? AND deleted_at IS NULL",
            [id.rawValue, client.rawValue]
        ).map(endpoint)
    }

    static func endpoint(_ row: Row) throws -> Endpoint {
        Endpoint(
            id: EndpointID(stored: row[0]), clientID: ClientID(stored: row[1]), url: row[2], events: events(row[3]),
            description: row[4], enabled: row[5], disabledReason: try row.optionalWord(6), createdAt: row.time(7))
    }

    /// The filter is stored as its patterns with a space between.
    static func events(_ stored: String) -> EventFilter {
        EventFilter(stored: stored.split(separator: " ").map(String.init))
    }

    static func text(_ filter: EventFilter) -> String {
        filter.patterns.joined(separator: " ")
    }

    /// Both secrets of an endpoint are sealed for one place: the present one becomes the previous one as it is.
    static func secretPlace(_ id: EndpointID) -> Place {
        Place("endpoint.secret", id.rawValue)
    }
}
