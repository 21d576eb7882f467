import Crypto

/// What a start of a hash signing asks for.
struct HashStart {
    let account: TestSigner
    /// The hash in hexadecimal.
    let hash: String
    /// The digest that the signer is asked to sign: of the hash's text, not the hash itself.
    let digest: [UInt8]

    private enum Algorithm: String {
        case sha256 = "SHA256"
        case sha512 = "SHA512"

        var digits: Int { self == .sha256 ? 64 : 128 }
    }

    init(_ parameters: Parameters) throws(Refusal) {
        guard let algorithm: Algorithm = try parameters.choice("hash_algorithm") else {
            throw .invalidParameter("hash_algorithm")
        }
        guard let hash = try parameters.string("hash"), hash.utf8.count == algorithm.digits,
            hash.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit })
        else { throw .invalidParameter("hash") }
        guard let country: Country = try parameters.choice("country"), country != .latvia else {
            throw .invalidParameter("country")
        }
        // Unlike the message of a document, which may be in any script.
        guard (try parameters.string("message") ?? "").utf8.allSatisfy({ $0 < 0x80 }) else {
            throw .invalidParameter("message")
        }
        let _: CertificateLevel? = try parameters.choice("certificate_level")
        account = try parameters.signer(in: country).account
        self.hash = hash.lowercased()
        digest = Array(SHA256.hash(data: Array(self.hash.utf8)))
    }
}
