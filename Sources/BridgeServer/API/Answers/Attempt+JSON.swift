import BridgeCore
import StrictJSON

extension Attempt {
    /// Writes what happened.
    func writeMembers(to writer: inout JSONObjectWriter) {
        writer.member("number", number)
        writer.member("started_at", startedAt.description)
        writer.member("duration_ms", durationMilliseconds)
        writer.member("status", result.status)
        writer.member("error", result.error?.rawValue)
        writer.member("address", result.address)
        // What is not UTF-8 is replaced.
        writer.member("response", utf8: result.response)
    }
}

extension ListedAttempt {
    /// Writes the attempt as the API shows it in lists.
    func writeMembers(to writer: inout JSONObjectWriter) {
        writer.member("id", attempt.id.rawValue)
        writer.member("delivery_id", deliveryID.rawValue)
        writer.member("event_id", eventID.rawValue)
        writer.member("session_id", sessionID?.rawValue)
        writer.member("endpoint_id", endpointID.rawValue)
        attempt.writeMembers(to: &writer)
    }
}
