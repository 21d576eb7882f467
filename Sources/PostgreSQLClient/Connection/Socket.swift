import Glibc

/// Waiting for a socket.
enum Socket {
    /// Waits until the socket is ready for any of `events`; 0 when it was not by the deadline, or was interrupted
    /// before.
    static func wait(
        _ socket: CInt, for events: CInt, until deadline: ContinuousClock.Instant,
        unless interruption: Interruption? = nil
    ) -> CInt {
        var entries = [
            pollfd(fd: socket, events: Int16(events), revents: 0),
            // One that is negative is passed over.
            pollfd(fd: interruption?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            let count = poll(&entries, 2, milliseconds(left))
            if count > 0 { return entries[1].revents == 0 ? CInt(entries[0].revents) : 0 }
            guard count < 0 ? errno == EINTR : left > .zero else { return 0 }
        }
    }

    /// Whether there is nothing to read, the end included.
    static func isQuiet(_ socket: CInt) -> Bool {
        wait(socket, for: POLLIN, until: .now) == 0
    }

    /// Rounded up, so that no wait ends too early; an hour at most.
    private static func milliseconds(_ duration: Duration) -> CInt {
        guard duration > .zero else { return 0 }
        guard duration < .seconds(3600) else { return 3_600_000 }
        let (seconds, attoseconds) = duration.components
        return CInt(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
