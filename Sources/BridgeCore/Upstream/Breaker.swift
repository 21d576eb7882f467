/// Slows the whole upstream down while its answers are faults. It never ends a session.
///
/// It opens after 10 faults in a row or when half of the last 20 answers were faults; then one probe a second goes
/// out; after the first good answer it lets 2, 4, 8, … through at once until it is closed.
public struct Breaker: Sendable {
    /// What the breaker lets through.
    public enum State: Sendable, Equatable {
        /// Everything.
        case closed
        /// One probe at that time, and each second after.
        case open(nextProbe: Tick)
        /// That many at once, after so many good answers at this width.
        case closing(width: Int, good: Int)
    }

    static let faultsInARow = 10
    static let window = 20
    static let probeInterval: Duration = .seconds(1)

    /// What it lets through now.
    public private(set) var state = State.closed
    private var inARow = 0
    /// The last answers, a bit each, the latest lowest; 1 is a fault.
    private var recent: UInt32 = 0
    private var recentCount = 0

    /// Whether nothing is known against the upstream.
    public var isClosed: Bool { state == .closed }

    /// Whether only probes go out.
    public var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    /// Whether one more request may go out while `inFlight` are under way.
    func allows(inFlight: Int, at now: Tick) -> Bool {
        switch state {
        case .closed: true
        case .open(let nextProbe): now >= nextProbe
        case .closing(let width, _): inFlight < width
        }
    }

    /// A request went out.
    mutating func sent(at now: Tick) {
        if case .open = state { state = .open(nextProbe: now + Self.probeInterval) }
    }

    /// An answer came in, and was a fault or not. `width` is how many requests may be under way when all is well.
    mutating func answered(fault: Bool, width fullWidth: Int, at now: Tick) {
        switch state {
        case .closed:
            inARow = fault ? inARow + 1 : 0
            recent = (recent << 1 | (fault ? 1 : 0)) & (1 << UInt32(Self.window) - 1)
            recentCount = min(recentCount + 1, Self.window)
            let halfFaulty = recentCount == Self.window && recent.nonzeroBitCount * 2 >= Self.window
            if inARow >= Self.faultsInARow || halfFaulty { open(at: now) }
        case .open:
            // A late fault of before the opening says nothing new.
            if !fault { state = .closing(width: 2, good: 0) }
        case .closing(let width, let good):
            if fault {
                open(at: now)
            } else if good + 1 < width {
                state = .closing(width: width, good: good + 1)
            } else if width * 2 < fullWidth {
                state = .closing(width: width * 2, good: 0)
            } else {
                close()
            }
        }
    }

    private mutating func open(at now: Tick) {
        state = .open(nextProbe: now + Self.probeInterval)
        inARow = 0
        recent = 0
        recentCount = 0
    }

    private mutating func close() {
        state = .closed
    }
}
