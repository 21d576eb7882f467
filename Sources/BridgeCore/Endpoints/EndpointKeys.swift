/// What signs an endpoint's webhooks: a shared secret, and the private key of a pair.
public struct SigningKeys: Sendable, Equatable {
    /// The shared secret, `whsec_…`.
    public let secret: String
    /// The Ed25519 private key, `whsk_…`. Every endpoint has one, used or not.
    public let privateKey: String

    /// Keys.
    public init(secret: String, privateKey: String) {
        self.secret = secret
        self.privateKey = privateKey
    }
}

/// All keys of an endpoint: the present ones, and those that sign too until their overlap is over.
public struct EndpointKeys: Sendable, Equatable {
    /// The present keys.
    public let current: SigningKeys
    /// Keys on their way out, the latest first.
    public let previous: [Previous]

    /// Keys on their way out.
    public struct Previous: Sendable, Equatable {
        /// The keys.
        public let keys: SigningKeys
        /// From when on they sign no more.
        public let until: Timestamp

        /// Keys on their way out.
        public init(keys: SigningKeys, until: Timestamp) {
            self.keys = keys
            self.until = until
        }
    }

    /// How many may be on their way out; of more, the oldest stops at once. Each makes the header longer.
    public static let maximumPrevious = 4

    /// Keys of an endpoint.
    public init(current: SigningKeys, previous: [Previous] = []) {
        self.current = current
        self.previous = previous
    }

    /// The keys that sign at that time, the present ones first.
    public func signing(at time: Timestamp) -> [SigningKeys] {
        [current] + previous.filter { time < $0.until }.map(\.keys)
    }

    /// With new present keys; those before sign too until `overlapUntil`.
    public func rotated(to keys: SigningKeys, overlapUntil: Timestamp, at time: Timestamp) -> EndpointKeys {
        let outgoing = [Previous(keys: current, until: overlapUntil)] + previous
        return EndpointKeys(
            current: keys, previous: Array(outgoing.filter { time < $0.until }.prefix(Self.maximumPrevious)))
    }
}
