/// A point on the monotonic clock of one process, in nanoseconds since an origin of its own.
///
/// Everything is scheduled by it; it never jumps and means nothing in another process.
public struct Tick: Sendable, Hashable, Comparable {
    /// Nanoseconds since the process's origin.
    public let nanoseconds: Int64

    /// A tick of that many nanoseconds since the origin.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Earlier or later.
    public static func < (lhs: Tick, rhs: Tick) -> Bool {
        lhs.nanoseconds < rhs.nanoseconds
    }

    /// The tick that much later.
    public static func + (lhs: Tick, rhs: Duration) -> Tick {
        Tick(nanoseconds: lhs.nanoseconds + rhs.wholeNanoseconds)
    }

    /// The tick that much earlier.
    public static func - (lhs: Tick, rhs: Duration) -> Tick {
        Tick(nanoseconds: lhs.nanoseconds - rhs.wholeNanoseconds)
    }

    /// How long from `rhs` to `lhs`; negative when `lhs` is earlier.
    public static func - (lhs: Tick, rhs: Tick) -> Duration {
        .nanoseconds(lhs.nanoseconds - rhs.nanoseconds)
    }
}

extension Duration {
    fileprivate var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

/// What time it is: on the wall, and by the monotonic clock.
public struct Moment: Sendable, Hashable {
    /// The wall clock, for what is stored and shown.
    public let wall: Timestamp
    /// The monotonic clock, for what is scheduled.
    public let tick: Tick

    /// A moment of both clocks.
    public init(wall: Timestamp, tick: Tick) {
        self.wall = wall
        self.tick = tick
    }
}
