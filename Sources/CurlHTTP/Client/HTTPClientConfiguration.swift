import Glibc

/// Settings of an ``HTTPClient``, the same for all its requests.
public struct HTTPClientConfiguration: Sendable {
    /// A setting that is out of its bounds, or that libcurl refused.
    public struct InvalidSetting: Error, Sendable, Hashable, CustomStringConvertible {
        /// One line that names the setting.
        public let description: String
    }

    /// Threads that do transfers, 1 to 64; a host stays with one of them.
    public var engines: Int

    /// Transfers under way at once in each engine, 1 to 1024; more wait in the engine, within their timeouts.
    public var transfersPerEngine: Int

    /// Idle and busy connections that each engine keeps, 1 to 65536.
    public var maxConnections: Int

    /// How long a connection may be reused after it was made; a moved name is followed after that.
    public var connectionLifetime: Duration

    /// Name lookups under way at once, 1 to 1024; each has a thread while it lasts.
    public var resolverThreads: Int

    /// Names that may wait for a lookup, 0 to 1 000 000; the next one fails with ``HTTPClientError/Kind/resolve``.
    public var resolverQueueLimit: Int

    /// How long the addresses of a name are used without asking again; zero asks each time.
    public var resolverCacheLifetime: Duration

    /// A PEM file with the certificate authorities to trust in place of the system's.
    public var caFile: String?

    /// The `User-Agent` field.
    public var userAgent: String

    /// Makes a configuration; see the properties for what each argument means.
    public init(
        engines: Int = 1,
        transfersPerEngine: Int = 256,
        maxConnections: Int = 256,
        connectionLifetime: Duration = .seconds(300),
        resolverThreads: Int = 4,
        resolverQueueLimit: Int = 1024,
        resolverCacheLifetime: Duration = .seconds(30),
        caFile: String? = nil,
        userAgent: String = "marksign-bridge"
    ) {
        self.engines = engines
        self.transfersPerEngine = transfersPerEngine
        self.maxConnections = maxConnections
        self.connectionLifetime = connectionLifetime
        self.resolverThreads = resolverThreads
        self.resolverQueueLimit = resolverQueueLimit
        self.resolverCacheLifetime = resolverCacheLifetime
        self.caFile = caFile
        self.userAgent = userAgent
    }

    func validate() throws(InvalidSetting) {
        try Self.check("engines", engines, 1...64)
        try Self.check("transfersPerEngine", transfersPerEngine, 1...1024)
        try Self.check("maxConnections", maxConnections, 1...65_536)
        try Self.check("resolverThreads", resolverThreads, 1...1024)
        try Self.check("resolverQueueLimit", resolverQueueLimit, 0...1_000_000)
        guard connectionLifetime >= .seconds(1) else {
            throw InvalidSetting(description: "connectionLifetime is at least one second")
        }
        guard resolverCacheLifetime >= .zero else {
            throw InvalidSetting(description: "resolverCacheLifetime is not negative")
        }
        if let caFile, access(caFile, R_OK) != 0 {
            throw InvalidSetting(description: "caFile cannot be read: \(caFile)")
        }
        guard userAgent.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            throw InvalidSetting(description: "userAgent is printable ASCII")
        }
    }

    private static func check(_ name: String, _ value: Int, _ bounds: ClosedRange<Int>) throws(InvalidSetting) {
        guard bounds.contains(value) else {
            throw InvalidSetting(description: "\(name) is \(bounds.lowerBound) to \(bounds.upperBound), not \(value)")
        }
    }
}
