import BridgeCore
import Synchronization

extension SQLStore {
    /// Makes the process an instance: what it writes from now on is that instance's.
    public func join(_ request: LeaseRequest, name: String) async throws(StoreError) -> InstanceGrant? {
        guard isShared else {
            instance.withLock { $0 = request.id }
            return InstanceGrant(lease: nil, share: request.maxRate, target: request.maxRate, instances: 1)
        }
        let grant = try await write(waitsForNone: true) { db in
            try db.lock(.instances)
            try db.run(
                """
                INSERT INTO instance (id, name, joined_at, lease_until)
                SELECT ?, ?, now, now + \(Lease.duration) FROM (SELECT clock_timestamp() AS now) AS clock
                ON CONFLICT (id) DO NOTHING
                """, [request.id.rawValue, name])
            return try Lease(db: db, request: request).extend()
        }
        if grant != nil { instance.withLock { $0 = request.id } }
        return grant
    }

    /// Renews the lease of the instance that the process is.
    public func renew(_ request: LeaseRequest) async throws(StoreError) -> InstanceGrant? {
        guard isShared else { return try await join(request, name: "") }
        return try await write(waitsForNone: true) { db in
            try db.lock(.instances)
            let lease = Lease(db: db, request: request)
            let grant = try lease.extend()
            if grant != nil { try lease.clean() }
            return grant
        }
    }

    /// The process is no instance until it joins again: it starts and watches nothing, since that would be nobody's.
    public func resign() {
        instance.withLock { $0 = nil }
    }

    /// Ends the instance: what it owns is anybody's.
    public func leave() async throws(StoreError) {
        guard isShared, let id = instance.withLock({ $0 }) else { return }
        try await write(waitsForNone: true) { db in
            try db.lock(.instances)
            try db.run("DELETE FROM instance WHERE id = ?", [id.rawValue])
        }
        instance.withLock { if $0 == id { $0 = nil } }
    }

    /// Makes the owner of what is pending nobody, but for these.
    public func giveUp(allBut sessions: [SessionID], _ deliveries: [DeliveryID]) async throws(StoreError) {
        guard isShared, let id = instance.withLock({ $0 }) else { return }
        try await write { db in
            try db.run("UPDATE instance SET is_leaving = TRUE WHERE id = ? AND NOT is_leaving", [id.rawValue])
        }
        try await giveUp("session", of: id, allBut: sessions.map(\.rawValue))
        try await giveUp("delivery", of: id, allBut: deliveries.map(\.rawValue))
    }

    /// In commits of some hundred: the others take over what was given up while the rest is.
    private func giveUp(_ table: String, of id: InstanceID, allBut kept: [String]) async throws(StoreError) {
        let batch = 500
        var count = batch
        while count == batch {
            count = try await write { db in
                try db.changes(
                    """
                    UPDATE \(table) SET owner = '\(Ownership.nobody)' WHERE id IN (
                        SELECT id FROM \(table) WHERE status = 'pending' AND owner = ?
                            AND id NOT IN (SELECT unnest(?::text[]))
                        ORDER BY id LIMIT ? \(db.dialect.lock(.change, skipping: true)))
                    """, [id.rawValue, "{\(kept.joined(separator: ","))}", batch])
            }
        }
    }
}

/// An instance's lease, inside a transaction that has locked the instances. The database's clock alone counts, and it
/// is read after the lock was waited for.
private struct Lease {
    let db: Database
    let request: LeaseRequest

    static let duration = "interval '\(InstanceGrant.leaseDuration.components.seconds) seconds'"

    /// `nil`: it is over, or the request was overtaken by a later one.
    func extend() throws -> InstanceGrant? {
        let id = request.id.rawValue
        let isExtended = try db.changes(
            """
            UPDATE instance SET lease_until = clock_timestamp() + \(Self.duration), number = ?1
            WHERE id = ?2 AND number <= ?1 AND lease_until > clock_timestamp()
            """, [request.number, id])
        guard isExtended == 1 else { return nil }
        var held: Double = 0
        var others: [InstanceID: Double] = [:]
        try db.scan("SELECT id, share FROM instance WHERE lease_until > clock_timestamp()") { row in
            let share = Double(row[1] as Int) / 1000
            if row[0] == id { held = share } else { others[InstanceID(stored: row[0])] = share }
            return true
        }
        let division = RateDivision(of: request.maxRate, for: request.id, others: others)
        // Never less than what the instance may be using until it has the answer.
        let stored = max(division.share, min(request.holding, held))
        try db.run("UPDATE instance SET share = ? WHERE id = ?", [Int((stored * 1000).rounded(.up)), id])
        return InstanceGrant(
            lease: InstanceGrant.leaseDuration, share: division.share, target: division.target,
            instances: others.count + 1)
    }

    /// Forgets those that are gone for long, and not before this one could tell that nobody else could reach the
    /// database either: what belongs to an instance without a row is anybody's at once.
    func clean() throws {
        try db.run(
            """
            DELETE FROM instance WHERE lease_until < clock_timestamp() - interval '1 hour' AND EXISTS (
                SELECT 1 FROM instance me WHERE me.id = ? AND me.joined_at < clock_timestamp() - interval '1 minute')
            """, [request.id.rawValue])
    }
}
