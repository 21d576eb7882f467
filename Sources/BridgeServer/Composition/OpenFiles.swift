import Glibc

/// How many files the process may have open, and how many of them callers may take by connecting.
///
/// Without a bound anyone who reaches a port could take them all: sessions could not be polled nor webhooks be sent,
/// and accepting the next connection would fail.
struct OpenFiles: Sendable {
    /// The most files at once.
    let limit: Int

    /// More than this is never needed: deliveries have 1024, callers half of that, Marksign's budget is small.
    private static let wanted: rlim_t = 8192

    /// A process that may have that many.
    init(limit: Int) {
        self.limit = limit
    }

    /// This process, its limit raised as far as it may be: the usual one is for programs with few connections.
    static func raised() -> OpenFiles {
        var limits = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limits) == 0 else { return OpenFiles(limit: 1024) }
        let raised = min(limits.rlim_max, max(limits.rlim_cur, wanted))
        if raised > limits.rlim_cur {
            var wished = rlimit(rlim_cur: raised, rlim_max: limits.rlim_max)
            if setrlimit(resource, &wished) == 0 { limits.rlim_cur = raised }
        }
        return OpenFiles(limit: Int(min(limits.rlim_cur, wanted)))
    }

    /// Connections to the API at once. What comes beyond waits until one ends. So many, each with headers that do not
    /// end, take less memory than the idle service has.
    var apiConnections: Int { min(512, limit / 2) }

    /// Connections to the admin listener.
    var adminConnections: Int { min(64, limit / 8) }
}
