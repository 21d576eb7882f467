/// What makes a repeated POST the same as its first: the caller's key, and a fingerprint of what was asked.
///
/// Keys of different clients are different keys.
public struct IdempotencyKey: Sendable, Equatable {
    /// Whose key it is.
    public let clientID: ClientID
    /// The HMAC of the key that the caller sent, under the store's key.
    public let digest: [UInt8]
    /// The HMAC of method, path and body, under the store's key.
    public let fingerprint: [UInt8]
    /// Until when an answer is kept under it.
    public let expiresAt: Timestamp

    /// A key.
    public init(clientID: ClientID, digest: [UInt8], fingerprint: [UInt8], expiresAt: Timestamp) {
        self.clientID = clientID
        self.digest = digest
        self.fingerprint = fingerprint
        self.expiresAt = expiresAt
    }
}

/// An answer that is kept under an idempotency key, to be given again.
public struct KeptAnswer: Sendable, Equatable {
    /// The HTTP status.
    public let status: Int
    /// The `Location` header.
    public let location: String?
    /// The body.
    public let body: [UInt8]

    /// An answer.
    public init(status: Int, location: String? = nil, body: [UInt8]) {
        self.status = status
        self.location = location
        self.body = body
    }
}

/// What is known under an idempotency key.
public enum KeyState: Sendable, Equatable {
    /// Nothing: go on.
    case free
    /// The first request is still being worked on.
    case running
    /// The key was used for something else.
    case mismatch
    /// The first request's answer.
    case answered(KeptAnswer)
}

/// What became of a write under an idempotency key.
public enum Keyed<Value: Sendable>: Sendable {
    /// It was done.
    case done(Value)
    /// Nothing was done: the key was not free. Never carries `.free`.
    case notFree(KeyState)
}
