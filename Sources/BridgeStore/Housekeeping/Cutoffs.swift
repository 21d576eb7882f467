import BridgeCore

/// Before when what is over is removed, and how much of it at once.
struct Cutoffs: Sendable {
    let files: Int64
    let sessions: Int64
    let undelivered: Int64
    let limit: Int

    init(_ retention: Retention, at time: Timestamp, limit: Int) {
        files = (time - retention.files).milliseconds
        sessions = (time - retention.sessions).milliseconds
        undelivered = (time - retention.undelivered).milliseconds
        self.limit = limit
    }

    // In each condition, ?1 is the time before which what it is about is over.

    /// A delivery that waits.
    static let deliveryIsOverdue = "status IN ('pending', 'held') AND created_at <= ?1"

    /// A session, when nothing holds it: ?2 is the time since which events may still be sent again.
    static let sessionIsOver = """
        ended_at <= ?1 AND NOT EXISTS (
            SELECT 1 FROM event JOIN delivery ON delivery.event_id = event.id
            WHERE event.session_id = session.id AND (\(deliveryIsKept)))
        """

    /// An event that tried an endpoint, likewise.
    static let testIsOver = """
        session_id IS NULL AND created_at <= ?1 AND NOT EXISTS (
            SELECT 1 FROM delivery WHERE delivery.event_id = event.id AND (\(deliveryIsKept)))
        """

    /// A session's file.
    static let fileIsOver = """
        file_chunks > 0 AND ended_at <= ?1 AND NOT EXISTS (
            SELECT 1 FROM event JOIN delivery ON delivery.event_id = event.id
            WHERE event.session_id = session.id
                AND (delivery.status IN ('pending', 'held') OR delivery.ended_at > ?1))
        """

    /// What failed may be sent again for as long as what still waits.
    private static let deliveryIsKept = """
        delivery.status IN ('pending', 'held') OR delivery.ended_at > ?1
            OR (delivery.status = 'failed' AND event.created_at > ?2)
        """
}
