import BridgeCore
import Synchronization

extension SQLStore {
    /// Brings at most `limit` deliveries in line with an endpoint that was enabled, disabled or removed, in one commit.
    public func alignDeliveries(limit: Int, at time: Timestamp) async throws(StoreError) -> [DueDelivery]? {
        // Looked for by a reader first: mostly there is nothing to write.
        guard try await read({ try Alignment.isRecorded($0) }) else { return nil }
        let latest = Mutex<Alignment?>(nil)
        return try await write { db in
            // What a step made due whose commit was in doubt is told with the next one.
            let repeated = try db.isInDoubt ? latest.withLock { $0 }?.due(limit: limit, db) ?? [] : []
            let next = try Alignment.next(db)
            latest.withLock { $0 = next }
            guard let next else { return repeated.isEmpty ? nil : repeated }
            return repeated + (try next.proceed(limit: limit, at: time, db))
        }
    }
}
