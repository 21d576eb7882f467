import BridgeCore

extension SQLStore {
    /// What others did, and what the instance owns. A process that has the store for itself knows it all.
    public func news(_ query: NewsQuery) async throws(StoreError) -> News {
        guard isShared else { return News() }
        let reading = NewsReading(query: query)
        return try await read { db in try reading.news(db) }
    }
}

/// The statements behind the news: two of them, since every instance asks once a second.
struct NewsReading: Sendable {
    let query: NewsQuery

    private enum Kind: String {
        case cancelled, ended, open, orphans, parts
    }

    func news(_ db: Database) throws -> News {
        var news = News()
        try db.scan(changes(db.mine), arguments(db.mine)) { row in
            let id = SessionID(stored: row[1])
            switch try row.word(0, as: Kind.self) {
            case .cancelled: news.cancelRequested.append(id)
            case .ended: news.ended.append(id)
            case .open: news.open.append(id)
            case .orphans: news.hasOrphans = true
            case .parts: news.hasParts = true
            }
            return true
        }
        news.overdue = try DueDelivery.fetch(
            db, "\(db.mine.has("d.owner")) AND d.next_attempt_at < ? AND d.id > ? ORDER BY d.id LIMIT ?",
            [query.dueBefore.milliseconds, query.deliveriesAfter?.rawValue ?? "", query.limit])
        return news
    }

    private func changes(_ mine: Ownership) -> String {
        """
        SELECT 'cancelled', id FROM session
        WHERE status = 'pending' AND cancel_requested_at IS NOT NULL AND owner = ?
        \(query.waitedFor.isEmpty ? "" : ended)
        UNION ALL SELECT 'open', id FROM (
            SELECT id FROM session WHERE \(Adoption.isOpen) AND owner = ? AND id > ? ORDER BY id LIMIT ?) AS page
        UNION ALL SELECT 'orphans', '' FROM (\(Adoption.sessionOwners)) AS s
            WHERE \(mine.isGone("s.owner", isLongThere: true))
        UNION ALL SELECT 'orphans', '' FROM (\(Adoption.deliveryOwners)) AS d
            WHERE \(mine.isGone("d.owner", isLongThere: true))
        UNION ALL SELECT 'parts', '' FROM alignment
        UNION ALL SELECT 'parts', '' FROM recovery
        """
    }

    private var ended: String {
        """
        UNION ALL SELECT 'ended', id FROM session
        WHERE id IN (\(placeholders(query.waitedFor.count))) AND status NOT IN ('starting', 'pending')
        """
    }

    private func arguments(_ mine: Ownership) -> StatementArguments {
        [mine.id] + StatementArguments(query.waitedFor.map(\.rawValue.columnValue))
            + [mine.id, query.sessionsAfter?.rawValue ?? "", query.limit]
    }
}
