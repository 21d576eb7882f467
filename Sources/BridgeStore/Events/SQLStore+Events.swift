import BridgeCore
import Foundation

extension SQLStore {
    /// An event of a client.
    public func event(_ id: EventID, client: ClientID) async throws(StoreError) -> Event? {
        try await read { [sealer] db in
            try db.row(
                "SELECT \(SealedEvent.columns) FROM event e WHERE e.id = ? AND e.client_id = ?",
                [id.rawValue, client.rawValue]
            ).map { try SealedEvent.event($0, sealer) }
        }
    }

    /// A client's events, newest first.
    public func events(
        _ query: EventQuery, client: ClientID, page: PageRequest
    ) async throws(StoreError) -> Page<Event> {
        try await list(query.query(of: client, in: engine.dialect), page) { [sealer] in
            try SealedEvent.event($0, sealer)
        }
    }

    /// Stores an event for one endpoint, whatever types it wants, and its delivery.
    public func sendEvent(
        _ event: Event, to endpoint: EndpointID, delivery: DeliveryID, key: IdempotencyKey?, answer: KeptAnswer
    ) async throws(StoreError) -> Keyed<[DueDelivery]?> {
        let sealed = SealedEvent(event, sealer)
        let kept = seal(answer, for: key)
        return try await write { [sealer] db in
            try KeptAnswers(db: db, sealer: sealer).once(key, at: event.createdAt, kept, keepIf: { $0 != nil }) {
                let row = try EndpointRow.find(endpoint, event.clientID, lock: .share, sealer, db)
                guard let target = row?.endpoint else { return nil }
                try sealed.insert(db)
                let due = try DeliveryFanOut(db: db, makeID: { delivery }).send(
                    event, to: endpoint, enabled: target.enabled, target.lane)
                return due.map { [$0] } ?? []
            }
        }
    }
}

extension EventQuery {
    func query(of client: ClientID, in dialect: Dialect) -> ListQuery {
        var query = ListQuery(
            SealedEvent.columns, from: "event", "e", by: sessionID == nil ? "event_client" : "event_session",
            of: client, in: dialect)
        if let type { query.add("e.type = ?", type.rawValue) }
        if let sessionID { query.add("e.session_id = ?", sessionID.rawValue) }
        let ofEndpoint = endpointID == nil ? "" : " AND d.endpoint_id = ?"
        if let status, status != .delivered, sessionID == nil {
            // Few are of such a status.
            query.begin(
                with: """
                    SELECT d.event_id FROM delivery d \(dialect.indexed(by: "delivery_exceptional"))
                    WHERE d.client_id = ? AND d.status = ? AND d.status <> 'delivered'\(ofEndpoint)
                    """, client.rawValue, status.rawValue, endpointID?.rawValue)
        } else if endpointID != nil || status != nil {
            let ofStatus = status == nil ? "" : " AND d.status = ?"
            query.add(
                """
                EXISTS (SELECT 1 FROM delivery d \(dialect.indexed(by: "delivery_event"))
                    WHERE d.event_id = e.id\(ofEndpoint)\(ofStatus))
                """, endpointID?.rawValue, status?.rawValue)
        }
        query.add(time, on: "e.created_at", Kinds.Event.self)
        return query
    }
}

/// An event as it is stored; made before the write is queued.
struct SealedEvent: Sendable {
    private let event: Event
    private let body: Data

    static let columns = "e.id, e.client_id, e.session_id, e.type, e.created_at, e.body"

    init(_ event: Event, _ sealer: Sealer) {
        self.event = event
        body = sealer.seal(event.body, at: Self.place(event.id))
    }

    static func place(_ id: EventID) -> Place {
        Place(.eventBody, id.rawValue)
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
            id: id, clientID: ClientID(stored: row[1]), sessionID: row.optionalID(2),
            type: try row.word(3), createdAt: row.time(4), body: Array(try sealer.open(row[5], at: place(id))))
    }
}
