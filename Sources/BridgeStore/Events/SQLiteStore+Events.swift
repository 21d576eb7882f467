import BridgeCore
import Foundation
import GRDB

extension SQLiteStore {
    /// An event of a client.
    public func event(_ id: EventID, client: ClientID) async throws(StoreError) -> Event? {
        try await read { [sealer] db in
            try db.row(
                "SELECT \(SealedEvent.columns) FROM event WHERE id = ? AND client_id = ?",
                [id.rawValue, client.rawValue]
            ).map { try SealedEvent.event($0, sealer) }
        }
    }

    /// A client's events, newest first.
    public func events(
        _ query: EventQuery, client: ClientID, page: PageRequest
    ) async throws(StoreError) -> Page<Event> {
        var list = ListQuery(
            "SELECT \(SealedEvent.columns) FROM event", id: "id", where: "client_id = ?", client.rawValue)
        if let type = query.type { list.add("type = ?", type.rawValue) }
        if let session = query.sessionID { list.add("session_id = ?", session.rawValue) }
        if let since = query.since { list.add("created_at >= ?", since.milliseconds) }
        return try await self.list(list, page) { [sealer] in try SealedEvent.event($0, sealer) }
    }

    /// Stores an event for one endpoint, whatever types it wants, and its delivery.
    public func sendEvent(
        _ event: Event, to endpoint: EndpointID, delivery: DeliveryID, key: IdempotencyKey?, answer: KeptAnswer
    ) async throws(StoreError) -> Keyed<Bool> {
        let sealed = SealedEvent(event, sealer)
        let kept = seal(answer, for: key)
        return try await writer.write { [sealer] db in
            try KeptAnswers(db: db, sealer: sealer).once(key, at: event.createdAt, kept, keepIf: { $0 }) {
                let target = try EndpointRow.find(endpoint, event.clientID, db)
                guard let target else { return false }
                try sealed.insert(db)
                try DeliveryFanOut(db: db, makeID: { delivery }).send(event, to: endpoint, enabled: target.enabled)
                return true
            }
        }
    }
}

/// An event as it is stored; made before the write is queued.
struct SealedEvent: Sendable {
    private let event: Event
    private let body: Data

    static let columns = "id, client_id, session_id, type, created_at, body"

    init(_ event: Event, _ sealer: Sealer) {
        self.event = event
        body = sealer.seal(event.body, at: Self.place(event.id))
    }

    static func place(_ id: EventID) -> Place {
        Place("event.body", id.rawValue)
    }

    /// Nothing changes when the event is there already: the same write once more.
    func insert(_ db: Database) throws {
        try db.run(
            """
            INSERT INTO event (id, client_id, session_id, type, created_at, body) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """,
            [
                event.id.rawValue, event.clientID.rawValue, event.sessionID?.rawValue, event.type.rawValue,
                event.createdAt.milliseconds, body,
            ])
    }

    static func event(_ row: Row, _ sealer: Sealer) throws -> Event {
        let id = EventID(stored: row[0])
        return Event(
            id: id, clientID: ClientID(stored: row[1]), sessionID: (row[2] as String?).map { SessionID(stored: $0) },
            type: try row.word(3), createdAt: row.time(4), body: Array(try sealer.open(row[5], at: place(id))))
    }
}
