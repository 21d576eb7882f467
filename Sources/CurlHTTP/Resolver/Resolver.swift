import Synchronization

/// Turns names into addresses, away from the engines, on a few threads.
///
/// One lookup serves all who ask for the same name and port meanwhile, and its answer is kept for a while. Whoever asks
/// may stop waiting at any time; the lookup goes on and its answer is kept all the same. Threads live only while there
/// is something to look up.
final class Resolver: Sendable {
    typealias Lookup = @Sendable (_ host: String, _ port: UInt16) -> Result<[RemoteAddress], HTTPClientError>
    typealias Completion = @Sendable (Result<ResolvedHost, HTTPClientError>) -> Void

    private let lookup: Lookup
    private let state: Mutex<ResolverState>

    init(configuration: HTTPClientConfiguration, lookup: @escaping Lookup) {
        self.lookup = lookup
        state = Mutex(
            ResolverState(
                threadLimit: configuration.resolverThreads, queueLimit: configuration.resolverQueueLimit,
                lifetime: configuration.resolverCacheLifetime))
    }

    /// Returns the addresses of a name when they are known; otherwise `completion` is called once, from another thread
    /// or from this one, unless the resolver is closed before.
    func resolve(host: String, port: UInt16, completion: @escaping Completion) -> ResolvedHost? {
        let name = ResolverState.Name(host: host, port: port)
        switch state.withLock({ $0.ask(name, at: .now, completion) }) {
        case .cached(let host):
            return host
        case .wait:
            return nil
        case .startThread:
            if !DetachedThread.start({ self.work() }) {
                let error = HTTPClientError(kind: .resolve, message: "no thread for the lookup")
                for completion in state.withLock({ $0.threadFailed() }) { completion(.failure(error)) }
            }
            return nil
        case .refuse:
            completion(.failure(HTTPClientError(kind: .resolve, message: "too many names wait for a lookup")))
            return nil
        }
    }

    /// Forgets everyone who waits; lookups under way end by themselves.
    func close() {
        state.withLock { $0.close() }
    }

    /// One thread's life: looks names up until none is left.
    private func work() {
        while let name = state.withLock({ $0.nextName() }) {
            let answer = lookup(name.host, name.port).flatMap { addresses in
                addresses.isEmpty
                    ? .failure(HTTPClientError(kind: .resolve, message: "the name has no address"))
                    : .success(ResolvedHost(host: name.host, port: name.port, addresses: addresses))
            }
            for completion in state.withLock({ $0.settle(name, answer, at: .now) }) { completion(answer) }
        }
    }
}
