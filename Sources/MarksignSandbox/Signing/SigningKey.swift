import Crypto
import FoundationEssentials

/// The key behind the hash signatures, made anew for every sandbox: nothing that it signs can be mistaken for a
/// signature of somebody.
struct SigningKey: Sendable {
    private let key = P256.Signing.PrivateKey()

    var publicKeyPEM: String { key.publicKey.pemRepresentation + "\n" }

    /// The signature value for a hash in hexadecimal: ECDSA with SHA-256 over its lower-case ASCII text (not over the
    /// bytes it stands for), r and s as 64 bytes, base64 of base64. All of this is what Marksign does.
    func signatureValue(forHash hash: String) throws -> String {
        let signature = try key.signature(for: Data(hash.lowercased().utf8))
        return Data(signature.rawRepresentation.base64EncodedString().utf8).base64EncodedString()
    }
}
