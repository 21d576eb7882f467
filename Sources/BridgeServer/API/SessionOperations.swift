import BridgeCore
import BridgeRuntime
import Marksign

/// What the API asks of the sessions' service.
public protocol SessionOperations: Sendable {
    /// Starts a session at Marksign.
    func start(_ command: StartCommand) async -> StartResult
    /// Watches a session that was started elsewhere.
    func watch(
        _ token: SessionToken, kind: SigningKind, method: SigningMethod, client: ClientID, metadata: Metadata,
        key: IdempotencyKey?
    ) async throws(StoreError) -> WatchAnswer
    /// Cancels a session.
    func cancel(_ id: SessionID, client: ClientID) async throws(StoreError) -> CancelAnswer
    /// A session, when it is final or that long has passed.
    func session(_ id: SessionID, client: ClientID, waitingUpTo: Duration) async throws(StoreError) -> Session?
}

extension SessionService: SessionOperations {}
