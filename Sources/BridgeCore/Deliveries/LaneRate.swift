import DequeModule

/// How many attempts of an endpoint may begin in a second: a sliding window, so that no second holds more than the
/// limit, wherever it begins.
struct LaneRate: Sendable {
    static let window: Duration = .seconds(1)

    /// `nil` is no limit.
    var limit: Int?
    /// What began earlier is not known: it was another process's.
    private let knownFrom: Tick
    /// When the attempts of the last second began, as far as a limit held for them.
    private var recent: Deque<Tick> = []

    init(limit: Int?, knownFrom: Tick) {
        self.limit = limit
        self.knownFrom = knownFrom
    }

    /// An attempt begins.
    mutating func began(at now: Tick) {
        guard limit != nil else { return }
        while let first = recent.first, now - first >= Self.window { recent.removeFirst() }
        recent.append(now)
    }

    /// Before when no attempt may begin.
    var opensAt: Tick? {
        guard let limit else { return nil }
        let start = knownFrom + Self.window
        return recent.count < limit ? start : max(start, recent[recent.count - limit] + Self.window)
    }

    /// From when on nothing needs to be remembered.
    var forgottenAt: Tick? { recent.last.map { $0 + Self.window } }
}
