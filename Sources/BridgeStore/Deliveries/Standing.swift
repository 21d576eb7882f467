import BridgeCore
import GRDB

/// How a delivery and its endpoint stand before an attempt of it is recorded.
struct Standing {
    let status: DeliveryStatus
    let fence: Int
    let endpointID: EndpointID
    let isEnabled: Bool
    let failingSince: Timestamp?
    /// What the attempt's record changed, when it was recorded before.
    let recorded: AttemptConsequence?

    /// `nil`: the delivery is not there any more.
    init?(_ record: AttemptRecord, _ db: Database) throws {
        let row = try db.row(
            """
            SELECT d.status, d.fence, d.endpoint_id, n.enabled, n.failing_since, a.followed, a.disabled
            FROM delivery d JOIN endpoint n ON n.id = d.endpoint_id
                LEFT JOIN attempt a ON a.client_id = d.client_id AND a.id = ?
            WHERE d.id = ?
            """,
            [record.attempt.id.rawValue, record.deliveryID.rawValue])
        guard let row else { return nil }
        status = try row.word(0)
        fence = row[1]
        endpointID = EndpointID(stored: row[2])
        isEnabled = row[3]
        failingSince = row.optionalTime(4)
        let disabled: DisabledReason? = try row.optionalWord(6)
        recorded = (row[5] as Bool?).map { AttemptConsequence(followed: $0, disabled: disabled) }
    }
}
