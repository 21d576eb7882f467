import Foundation
import StandardWebhooks

/// Returns when the webhook comes from the bridge; throws otherwise. `keys` is what the endpoint's `keys_url` answers.
func verify(_ body: Data, header: (String) -> String?, keys: Data) throws {
    struct KeySet: Decodable {
        struct Key: Decodable { let whpk: String }
        let keys: [Key]
    }
    let keys = try JSONDecoder().decode(KeySet.self, from: keys).keys
    let verifier = WebhookVerifier(publicKeys: try keys.map { try WebhookPublicKey($0.whpk) })
    try verifier.verify(WebhookHeaders(header), body: body)
}
