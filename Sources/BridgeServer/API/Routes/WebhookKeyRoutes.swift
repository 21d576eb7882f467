import BridgeCore
import BridgeRuntime
import Hummingbird
import StandardWebhooks
import StrictJSON

/// The public keys of endpoints whose webhooks are signed with a key pair: who verifies them needs no API key.
struct WebhookKeyRoutes: Sendable {
    let api: APIDependencies

    private static let path = "/.well-known/webhook-keys/"

    var routes: [Route] {
        [Route(.get, Self.path + "{id}", "getWebhookKeys", open: get)]
    }

    /// Where an endpoint's public keys are found.
    static func url(of id: EndpointID, publicURL: String?) -> String {
        "\(publicURL ?? "")\(path)\(id)"
    }

    private func get(_ pathValues: [Substring]) async throws -> Response {
        guard let id = pathValues.first.flatMap({ EndpointID($0) }), let keys = try await api.store.keys(of: id) else {
            throw Problem(.notFound)
        }
        let signing = try keys.signing(at: api.environment.now().wall).map { keys in
            JSONWebKey(try WebhookSigningKey(keys.privateKey).publicKey)
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("keys") { writer in
                for key in signing { writer.object { key.writeMembers(to: &$0) } }
            }
        }
        return .bytes(writer.bytes, contentType: "application/jwk-set+json")
    }
}
