import BridgeCore
import HTTPTypes

/// Finds out whose request it is.
struct Authentication: Sendable {
    let store: any Store

    /// The client whose key the request shows. The key is looked up on every request, so that a revoked one stops at
    /// once.
    ///
    /// - Throws: ``Problem`` 401, the same whatever is wrong with the key.
    func client(_ headers: HTTPFields, at time: Timestamp) async throws -> ClientID {
        guard let key = Self.key(headers), let stored = try await store.apiKey(key.id),
            key.matches(stored.digest), stored.isValid(at: time)
        else { throw Problem(.unauthorized).with(.wwwAuthenticate, "Bearer") }
        return stored.clientID
    }

    private static func key(_ headers: HTTPFields) -> APIKey? {
        // Two headers are joined by a comma, which no key has.
        guard let value = headers[.authorization] else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return APIKey(String(parts[1]))
    }
}
