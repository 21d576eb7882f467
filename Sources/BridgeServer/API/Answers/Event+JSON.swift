import BridgeCore
import StrictJSON

extension Event {
    /// Writes the event as the API shows it; `body` is what was told, byte for byte.
    func writeMembers(to writer: inout JSONObjectWriter) {
        writer.member("id", id.rawValue)
        writer.member("type", type.rawValue)
        writer.member("session_id", sessionID?.rawValue)
        writer.member("created_at", createdAt.description)
        writer.member("body", raw: body)
    }

    /// The event as a JSON text.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writeMembers(to: &$0) }
        return writer.bytes
    }
}
