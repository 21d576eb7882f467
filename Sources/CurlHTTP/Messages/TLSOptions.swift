/// What a request asks of TLS beyond the client's own settings.
///
/// The server's certificate and its name are verified whatever is set here.
public struct TLSOptions: Sendable, Hashable {
    /// Certificates (PEM) that are trusted in place of the client's; nil leaves the client's.
    public var certificateAuthorities: [UInt8]?

    /// The client certificate and its key, when the server asks for one.
    public var identity: Identity?

    /// A client certificate with its private key.
    public struct Identity: Sendable, Hashable {
        /// The certificate, and the intermediates after it (PEM).
        public var certificateChain: [UInt8]

        /// The private key (PEM), without a passphrase.
        public var privateKey: [UInt8]

        /// Makes an identity of a certificate chain and a private key, both PEM.
        public init(certificateChain: [UInt8], privateKey: [UInt8]) {
            self.certificateChain = certificateChain
            self.privateKey = privateKey
        }
    }

    /// Makes options; the defaults are those of the client.
    public init(certificateAuthorities: [UInt8]? = nil, identity: Identity? = nil) {
        self.certificateAuthorities = certificateAuthorities
        self.identity = identity
    }

    var isDefault: Bool { certificateAuthorities == nil && identity == nil }
}
