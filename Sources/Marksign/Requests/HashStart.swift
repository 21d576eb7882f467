/// What starts the signing of a hash.
public struct HashStart: Hashable, Sendable {
    /// The hash to sign.
    public var hash: HashValue
    /// What the signer's phone shows; ASCII only.
    public var message: String?

    /// A start.
    public init(hash: HashValue, message: String? = nil) {
        self.hash = hash
        self.message = message
    }
}
