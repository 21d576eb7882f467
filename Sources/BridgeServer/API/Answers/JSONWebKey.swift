import Crypto
import Foundation
import StandardWebhooks
import StrictJSON

/// A public key as a JSON Web Key (RFC 7517, RFC 8037).
struct JSONWebKey {
    private let key: WebhookPublicKey

    init(_ key: WebhookPublicKey) {
        self.key = key
    }

    /// Writes the key; `whpk` is the same key as the Standard Webhooks libraries read it.
    func writeMembers(to writer: inout JSONObjectWriter) {
        writer.member("kty", "OKP")
        writer.member("crv", "Ed25519")
        writer.member("alg", "EdDSA")
        writer.member("use", "sig")
        writer.member("kid", thumbprint)
        writer.member("x", Self.base64URL(key.bytes))
        writer.member("whpk", key.text)
    }

    /// The key's name (RFC 7638): a digest over its required members, sorted, without blanks.
    private var thumbprint: String {
        let members = #"{"crv":"Ed25519","kty":"OKP","x":"\#(Self.base64URL(key.bytes))"}"#
        return Self.base64URL(SHA256.hash(data: Data(members.utf8)))
    }

    private static func base64URL(_ bytes: some Sequence<UInt8>) -> String {
        String(Data(bytes).base64EncodedString().prefix { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }
}
