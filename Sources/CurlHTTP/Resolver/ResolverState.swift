/// What a resolver knows and owes, as a machine without threads, locks or a clock.
struct ResolverState {
    typealias Completion = Resolver.Completion
    typealias Instant = ContinuousClock.Instant

    struct Name: Hashable {
        let host: String
        let port: UInt16
    }

    enum Step {
        case cached(ResolvedHost), wait, startThread, refuse
    }

    private struct CacheEntry {
        let host: ResolvedHost
        let expiry: Instant
    }

    private static let cacheLimit = 4096

    private let threadLimit: Int
    private let queueLimit: Int
    private let lifetime: Duration

    private var cache: [Name: CacheEntry] = [:]
    private var waiting: [Name: [Completion]] = [:]
    private var queue = FIFO<Name>()
    private var threads = 0
    private var isClosed = false

    init(threadLimit: Int, queueLimit: Int, lifetime: Duration) {
        self.threadLimit = threadLimit
        self.queueLimit = queueLimit
        self.lifetime = lifetime
    }

    /// Takes a question; `completion` is kept unless the answer is known or refused.
    mutating func ask(_ name: Name, at now: Instant, _ completion: @escaping Completion) -> Step {
        if let entry = cache[name], entry.expiry > now { return .cached(entry.host) }
        guard !isClosed else { return .wait }
        if waiting[name] != nil {
            waiting[name]?.append(completion)
            return .wait
        }
        let startsThread = threads < threadLimit
        guard startsThread || queue.count < queueLimit else { return .refuse }
        waiting[name] = [completion]
        queue.append(name)
        if startsThread { threads += 1 }
        return startsThread ? .startThread : .wait
    }

    /// The next name to look up; nil ends the thread that asks.
    mutating func nextName() -> Name? {
        if let name = queue.popFirst() { return name }
        threads -= 1
        return nil
    }

    /// Keeps an answer, and returns whom to tell.
    mutating func settle(_ name: Name, _ answer: Result<ResolvedHost, HTTPClientError>, at now: Instant) -> [Completion]
    {
        if case .success(let host) = answer, lifetime > .zero {
            if cache.count >= Self.cacheLimit { cache = cache.filter { $0.value.expiry > now } }
            if cache.count >= Self.cacheLimit { cache = [:] }
            cache[name] = CacheEntry(host: host, expiry: now.advanced(by: lifetime))
        }
        return waiting.removeValue(forKey: name) ?? []
    }

    /// A thread could not be started. Others may be at work and take what is queued; if not, nobody will, and those
    /// who are returned have to be told.
    mutating func threadFailed() -> [Completion] {
        threads -= 1
        return threads == 0 ? drain() : []
    }

    mutating func close() {
        isClosed = true
        _ = drain()
    }

    private mutating func drain() -> [Completion] {
        let abandoned = waiting.values.flatMap { $0 }
        waiting = [:]
        queue = FIFO()
        return abandoned
    }
}
