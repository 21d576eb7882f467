/// An internal application. It has API keys, and sees only its own data.
public struct Client: Sendable, Equatable {
    /// Its id.
    public let id: ClientID
    /// What people call it.
    public let name: String
    /// When it was added.
    public let createdAt: Timestamp
    /// When it was removed: from then on none of its keys works.
    public let removedAt: Timestamp?

    /// A client.
    public init(id: ClientID, name: String, createdAt: Timestamp, removedAt: Timestamp? = nil) {
        self.id = id
        self.name = name
        self.createdAt = createdAt
        self.removedAt = removedAt
    }
}

/// What the store knows of an API key.
public struct StoredAPIKey: Sendable, Equatable {
    /// The key's public part.
    public let id: String
    /// Whose key it is.
    public let clientID: ClientID
    /// The SHA-256 of the whole key.
    public let digest: [UInt8]
    /// When it was made.
    public let createdAt: Timestamp
    /// From when on it is refused; never when `nil`.
    public let expiresAt: Timestamp?

    /// A stored key.
    public init(id: String, clientID: ClientID, digest: [UInt8], createdAt: Timestamp, expiresAt: Timestamp? = nil) {
        self.id = id
        self.clientID = clientID
        self.digest = digest
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// Whether the key opens the door at that time.
    public func isValid(at time: Timestamp) -> Bool {
        expiresAt.map { time < $0 } ?? true
    }
}
