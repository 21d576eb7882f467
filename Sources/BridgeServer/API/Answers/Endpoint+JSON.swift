import BridgeCore
import StrictJSON

extension Endpoint {
    /// Writes the endpoint as the API shows it, without its secret.
    func writeMembers(to writer: inout JSONObjectWriter) {
        writer.member("id", id.rawValue)
        writer.member("url", url)
        writer.array("events") { writer in
            for pattern in events.patterns { writer.element(pattern) }
        }
        writer.member("description", description)
        writer.member("enabled", enabled)
        writer.member("disabled_reason", disabledReason?.rawValue)
        writer.member("created_at", createdAt.description)
    }

    /// The endpoint as a JSON text, with a secret that was just made.
    func json(secret: String? = nil) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writeMembers(to: &writer)
            if let secret { writer.member("secret", secret) }
        }
        return writer.bytes
    }
}
