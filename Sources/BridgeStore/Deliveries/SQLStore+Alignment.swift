import BridgeCore

extension SQLStore {
    /// Brings at most `limit` deliveries in line with an endpoint that was enabled, disabled or removed, in one commit.
    public func alignDeliveries(limit: Int, at time: Timestamp) async throws(StoreError) -> [DueDelivery]? {
        // Looked for by a reader first: mostly there is nothing to write.
        guard try await read({ try Alignment.isRecorded($0) }) else { return nil }
        return try await write { db in try Alignment.next(db)?.proceed(limit: limit, at: time, db) }
    }
}
