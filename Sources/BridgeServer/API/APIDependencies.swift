import BridgeCore
import BridgeRuntime
import HTTPTypes
import Logging

/// What the API is built on.
public struct APIDependencies: Sendable {
    /// Where everything is kept.
    public let store: any Store
    /// What starts, watches, cancels and awaits sessions.
    public let sessions: any SessionOperations
    /// Told of deliveries that a call made due.
    public let wake: @Sendable ([DueDelivery]) -> Void
    /// Told that there is a recovery to carry out.
    public let recover: @Sendable () -> Void
    /// Told of an endpoint that its client changed or removed; one that was removed is not enabled.
    public let endpointChanged: @Sendable (Endpoint) -> Void
    /// Time and chance.
    public let environment: BridgeRuntime.Environment
    /// Prefix of links, without a slash at its end; links are paths without it.
    public let publicURL: String?
    /// What requests may take.
    public let limits: APILimits
    /// Says what is wrong with an endpoint's URL, if anything.
    public let addressFault: @Sendable (String) -> String?
    /// Whether the sessions' service has taken over what is open: until then no client is answered.
    public let isReady: @Sendable () -> Bool
    /// The contract, `openapi.yaml`.
    public let openAPI: [UInt8]
    /// Told of every request: method, the route's pattern (`nil` when there is none), status, and how long it took.
    public let onRequest: @Sendable (HTTPRequest.Method, String?, Int, Duration) -> Void

    /// What the API is built on.
    public init(
        store: any Store, sessions: any SessionOperations, wake: @escaping @Sendable ([DueDelivery]) -> Void,
        recover: @escaping @Sendable () -> Void, endpointChanged: @escaping @Sendable (Endpoint) -> Void,
        environment: BridgeRuntime.Environment, publicURL: String?, limits: APILimits = APILimits(),
        addressFault: @escaping @Sendable (String) -> String?,
        isReady: @escaping @Sendable () -> Bool = { true }, openAPI: [UInt8],
        onRequest: @escaping @Sendable (HTTPRequest.Method, String?, Int, Duration) -> Void = { _, _, _, _ in }
    ) {
        self.store = store
        self.sessions = sessions
        self.wake = wake
        self.recover = recover
        self.endpointChanged = endpointChanged
        self.environment = environment
        self.publicURL = publicURL
        self.limits = limits
        self.addressFault = addressFault
        self.isReady = isReady
        self.openAPI = openAPI
        self.onRequest = onRequest
    }
}

/// What requests may take.
public struct APILimits: Sendable {
    /// The most bytes of one file, decoded.
    public let maximumFileBytes: Int
    /// The most bytes of one request's body.
    public let maximumRequestBytes: Int
    /// The most bytes of all requests' bodies that are in memory at once.
    public let maximumBodyBytes: Int

    /// The most of that which one client's requests may have: half, but at least one request of the largest size.
    var clientBodyBytes: Int { max(maximumBodyBytes / 2, maximumRequestBytes) }

    /// Limits; the third is by default four requests of the largest size.
    public init(
        maximumFileBytes: Int = 50 << 20, maximumRequestBytes: Int = 96 << 20, maximumBodyBytes: Int? = nil
    ) {
        self.maximumFileBytes = maximumFileBytes
        self.maximumRequestBytes = maximumRequestBytes
        self.maximumBodyBytes = maximumBodyBytes ?? 4 * maximumRequestBytes
    }
}
