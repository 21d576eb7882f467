import BridgeCore
import Glibc

/// The clocks of the machine.
public struct SystemClock: Sendable {
    /// The machine's clocks.
    public init() {}

    /// What time it is: the wall clock to the millisecond, and the time since the machine started, which goes on while
    /// it sleeps and never jumps.
    public func now() -> Moment {
        let wall = Self.read(CLOCK_REALTIME)
        let boot = Self.read(CLOCK_BOOTTIME)
        return Moment(
            wall: Timestamp(milliseconds: Int64(wall.tv_sec) * 1000 + Int64(wall.tv_nsec) / 1_000_000),
            tick: Tick(nanoseconds: Int64(boot.tv_sec) * 1_000_000_000 + Int64(boot.tv_nsec)))
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        let result = clock_gettime(clock, &time)
        precondition(result == 0, "the kernel has no such clock")
        return time
    }
}
