/// The final answer to a request; interim (1xx) responses and trailers are not part of it.
public struct HTTPClientResponse: Sendable {
    /// When the steps of a request were reached, each measured from the call of ``HTTPClient/execute(_:)``.
    public struct Timings: Sendable, Hashable {
        /// The address was known and the transfer began; a wait for a free transfer is part of it.
        public var nameLookup: Duration

        /// The connection was ready, TLS included; for a reused one, that it was chosen.
        public var connect: Duration

        /// The first byte of an answer arrived.
        public var firstByte: Duration

        /// The request was over.
        public var total: Duration
    }

    /// The status code.
    public let status: Int

    /// The header fields as they came, in their order.
    public let headers: [(name: String, value: String)]

    /// The body, as far as the request's ``HTTPClientRequest/bodyPolicy`` kept it.
    public let body: [UInt8]

    /// Whether ``body`` is all that the server wanted to say; always true for a `whole` body.
    public let bodyComplete: Bool

    /// The room that a large body has of the request's budget: hold it for as long as the body, or what was made of it,
    /// is in memory.
    public let bodyLease: ByteBudget.Lease?

    /// The peer, as in `192.0.2.1:443`; nil for a UNIX socket.
    public let remoteAddress: String?

    /// When the steps were reached.
    public let timings: Timings

    /// The value of the first field of that name; ASCII case does not count.
    public func header(_ name: String) -> String? {
        headers.first { equalNames($0.name, name) }?.value
    }
}
