import BridgeCore
import StrictJSON

extension Delivery {
    /// Writes the delivery as the API shows it in lists.
    func writeMembers(to writer: inout JSONObjectWriter) {
        writer.member("id", id.rawValue)
        writer.member("event_id", eventID.rawValue)
        writer.member("event_type", eventType.rawValue)
        writer.member("session_id", sessionID?.rawValue)
        writer.member("endpoint_id", endpointID.rawValue)
        writer.member("status", status.rawValue)
        writer.member("attempt_count", attemptCount)
        writer.member("next_attempt_at", nextAttemptAt?.description)
        writer.member("created_at", createdAt.description)
        writer.member("ended_at", endedAt?.description)
    }

    /// The delivery with its attempts as a JSON text.
    func json(attempts: [Attempt]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writeMembers(to: &writer)
            writer.array("attempts") { writer in
                for attempt in attempts {
                    writer.object { writer in
                        writer.member("id", attempt.id.rawValue)
                        attempt.writeMembers(to: &writer)
                    }
                }
            }
        }
        return writer.bytes
    }
}
