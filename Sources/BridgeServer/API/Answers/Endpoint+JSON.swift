import BridgeCore
import StrictJSON

extension Endpoint {
    /// Writes the endpoint as the API shows it, without anything secret.
    func writeMembers(to writer: inout JSONObjectWriter, publicURL: String?) {
        writer.member("id", id.rawValue)
        writer.member("url", url)
        writer.array("events") { writer in
            for pattern in events.patterns { writer.element(pattern) }
        }
        writer.member("description", description)
        writer.member("enabled", enabled)
        writer.member("disabled_reason", disabledReason?.rawValue)
        writer.member("failing_since", failingSince?.description)
        options.writeMembers(to: &writer, keysURL: WebhookKeyRoutes.url(of: id, publicURL: publicURL))
        writer.member("created_at", createdAt.description)
    }

    /// The endpoint as a JSON text, with a secret that was just made.
    func json(secret: String? = nil, publicURL: String?) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writeMembers(to: &writer, publicURL: publicURL)
            if let secret { writer.member("secret", secret) }
        }
        return writer.bytes
    }
}

extension EndpointOptions {
    fileprivate func writeMembers(to writer: inout JSONObjectWriter, keysURL: String) {
        writer.member("ordered", ordered)
        writer.member("timeout", timeout?.settingText)
        if let retrySchedule {
            writer.array("retry_schedule") { writer in
                for delay in retrySchedule { writer.element(delay.settingText) }
            }
        } else {
            writer.null("retry_schedule")
        }
        writer.member("rate_limit", rateLimit)
        writer.member("signature", signature.rawValue)
        writer.member("keys_url", signature == .v1a ? keysURL : nil)
        writer.array("headers") { writer in
            for header in headers {
                writer.object { writer in
                    writer.member("name", header.name)
                    writer.member("value", header.isSecret ? nil : header.value)
                    writer.member("secret", header.isSecret)
                }
            }
        }
        if let tls {
            writer.object("tls") { writer in
                writer.member("ca", tls.certificateAuthorities)
                writer.member("certificate", tls.identity?.certificateChain)
            }
        } else {
            writer.null("tls")
        }
    }
}
