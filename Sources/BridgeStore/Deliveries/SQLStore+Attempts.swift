import BridgeCore

extension SQLStore {
    /// A client's attempts, newest first.
    public func attempts(
        _ filter: AttemptFilter, client: ClientID, page: PageRequest
    ) async throws(StoreError) -> Page<ListedAttempt> {
        try await list(filter.query(of: client, in: engine.dialect), page) { [sealer] row in
            ListedAttempt(
                attempt: try AttemptRow.attempt(row, sealer), deliveryID: DeliveryID(stored: row[8]),
                eventID: EventID(stored: row[9]), sessionID: row.optionalID(10),
                endpointID: EndpointID(stored: row[11]))
        }
    }
}

extension AttemptFilter {
    func query(of client: ClientID, in dialect: Dialect) -> ListQuery {
        let join = dialect.leadingJoin
        var query = ListQuery(
            "\(AttemptRow.columns), a.delivery_id, d.event_id, e.session_id, a.endpoint_id", from: "attempt", "a",
            by: index,
            joins: "\(join) delivery d ON d.id = a.delivery_id \(join) event e ON e.id = d.event_id", of: client,
            in: dialect)
        if let deliveryID { query.add("a.delivery_id = ?", deliveryID.rawValue) }
        if let sessionID {
            query.add(
                """
                a.delivery_id IN (
                    SELECT id FROM delivery WHERE event_id = (SELECT id FROM event WHERE session_id = ?))
                """, sessionID.rawValue)
        }
        if let endpointID { query.add("a.endpoint_id = ?", endpointID.rawValue) }
        switch outcome {
        case .succeeded: query.add("a.error IS NULL")
        case .failed(let error): query.add("a.error = ?", error.rawValue)
        case nil: break
        }
        if let status { query.add("a.status = ?", status) }
        if isOfRefusals { query.add("a.error IS NOT NULL") }
        query.add(time, on: "a.started_at", Kinds.Attempt.self)
        return query
    }

    /// What is likely to choose fewest.
    private var index: String {
        if deliveryID != nil || sessionID != nil { return "attempt_delivery" }
        if case .failed = outcome { return "attempt_error" }
        if isOfRefusals { return "attempt_status" }
        return endpointID != nil ? "attempt_endpoint" : "attempt_client"
    }

    /// Any other HTTP status than 2xx is a failure.
    private var isOfRefusals: Bool {
        guard let status else { return false }
        return !(200..<300).contains(status)
    }
}
