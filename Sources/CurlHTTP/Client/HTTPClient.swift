/// An HTTP/1.1 client on libcurl.
///
/// A few threads ("engines") each own a libcurl multi handle with its connections; a host stays with one of them, so
/// that its connections are reused. Names are resolved on other threads. Nothing is retried except by libcurl itself on
/// dead reused connections: see ``HTTPClientRequest/freshConnection``.
public final class HTTPClient: Sendable {
    private let engines: [Engine]
    private let resolver: Resolver

    /// Makes a client and starts its engines.
    ///
    /// - Throws: ``HTTPClientConfiguration/InvalidSetting`` when a setting is out of bounds, or libcurl is not usable.
    public convenience init(configuration: HTTPClientConfiguration = HTTPClientConfiguration()) throws {
        try self.init(configuration: configuration, lookup: SystemLookup.addresses)
    }

    init(configuration: HTTPClientConfiguration, lookup: @escaping Resolver.Lookup) throws {
        try configuration.validate()
        if let fault = CurlGlobal.fault { throw HTTPClientConfiguration.InvalidSetting(description: fault) }
        let resolver = Resolver(configuration: configuration, lookup: lookup)
        self.resolver = resolver
        var engines: [Engine] = []
        do {
            for _ in 0..<configuration.engines {
                engines.append(try Engine(configuration: configuration, resolver: resolver))
            }
        } catch {
            for engine in engines { engine.close() }
            throw error
        }
        self.engines = engines
    }

    deinit {
        close()
    }

    /// Sends a request and returns the final answer, whatever its status.
    ///
    /// Cancelling the task ends the transfer. An answer whose head is complete and whose body is not asked for in whole
    /// is still returned then, and when the client is shut down.
    ///
    /// - Throws: ``HTTPClientError``, whose `requestSent` tells whether the server may have seen the request.
    public func execute(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        let submitted = ContinuousClock.now
        try request.validate()
        let target = try RequestTarget(url: request.url)
        let place = request.unixSocketPath ?? target.host
        let engine = engines.count == 1 ? engines[0] : engines[Int(place.hashValue.magnitude % UInt(engines.count))]
        let reply = try await engine.perform(request, to: target, since: submitted).get()
        return HTTPClientResponse(
            status: reply.status, headers: ResponseHead.fields(of: reply.head), body: reply.body,
            bodyComplete: reply.bodyComplete, bodyLease: reply.bodyLease, remoteAddress: reply.remoteAddress,
            timings: reply.timings)
    }

    /// Fails what is under way with ``HTTPClientError/Kind/shutdown``, and returns when the engines have ended and
    /// closed their connections. Later requests fail at once; calling it again is harmless.
    public func shutdown() async {
        close()
        for engine in engines { await engine.waitUntilClosed() }
    }

    private func close() {
        resolver.close()
        for engine in engines { engine.close() }
    }
}
