import DequeModule

/// How many requests to an endpoint may begin in a second: a sliding window, so that no second holds more than the
/// limit, wherever it begins.
///
/// What counts is when a request begins. Between that and the beginning of its attempt the store is asked, and may be
/// slow: what has not come so far takes room all the time.
struct LaneRate: Sendable {
    static let window: Duration = .seconds(1)

    /// `nil` is no limit.
    var limit: Int?
    /// What began earlier is not known: it was another process's.
    private let knownFrom: Tick
    /// The numbers of the attempts that have begun, and their requests have not.
    private var granted: Set<Int> = []
    /// When the requests of the last second began, as far as a limit held for them.
    private var recent: Deque<Tick> = []

    init(limit: Int?, knownFrom: Tick) {
        self.limit = limit
        self.knownFrom = knownFrom
    }

    /// An attempt begins.
    mutating func began(_ attempt: Int) {
        if limit != nil { granted.insert(attempt) }
    }

    /// The request of an attempt begins.
    mutating func requested(_ attempt: Int, at now: Tick) {
        guard granted.remove(attempt) != nil else { return }
        while let first = recent.first, now - first >= Self.window { recent.removeFirst() }
        recent.append(now)
    }

    /// An attempt has ended. One without a request counts no more.
    mutating func ended(_ attempt: Int) {
        granted.remove(attempt)
    }

    /// Whether no attempt may begin before the request of another does.
    var isFull: Bool { limit.map { granted.count >= $0 } ?? false }

    /// Before when no attempt may begin, unless it is full.
    var opensAt: Tick? {
        guard let limit else { return nil }
        let start = knownFrom + Self.window
        let left = max(1, limit - granted.count)
        return recent.count < left ? start : max(start, recent[recent.count - left] + Self.window)
    }

    /// From when on nothing needs to be remembered.
    var forgottenAt: Tick? { recent.last.map { $0 + Self.window } }
}
