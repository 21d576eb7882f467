import NIOCore

/// What one connection may take.
public struct ConnectionLimits: Sendable {
    /// How long a connection may be silent between requests.
    public var idleTimeout: TimeAmount
    /// How long a request's headers may take, from their first byte.
    public var headTimeout: TimeAmount
    /// How long a request's body may take, from its head to its end.
    public var requestTimeout: TimeAmount
    /// How long what a client still sends is discarded after the connection's last answer.
    public var lingerTimeout: TimeAmount
    /// How long a client may leave its answer unread.
    public var stallTimeout: TimeAmount
    /// The most bytes of a request's headers.
    public var maximumHeaderBytes: Int
    /// The most headers of a request.
    public var maximumHeaders: Int

    /// Limits of a connection.
    public init(
        idleTimeout: TimeAmount = .seconds(30), headTimeout: TimeAmount = .seconds(10),
        requestTimeout: TimeAmount = .seconds(120), lingerTimeout: TimeAmount = .seconds(2),
        stallTimeout: TimeAmount = .seconds(60),
        maximumHeaderBytes: Int = 16 * 1024, maximumHeaders: Int = 100
    ) {
        self.idleTimeout = idleTimeout
        self.headTimeout = headTimeout
        self.requestTimeout = requestTimeout
        self.lingerTimeout = lingerTimeout
        self.stallTimeout = stallTimeout
        self.maximumHeaderBytes = maximumHeaderBytes
        self.maximumHeaders = maximumHeaders
    }
}
