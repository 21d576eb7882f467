import BridgeCore
import Dispatch
import Synchronization

/// Calls back when a machine wants to be advanced. One timer, moved as the machine's next time moves.
final class WakeTimer: Sendable {
    /// Dispatch sources may be used from any thread; Dispatch does not say so to the compiler.
    private struct Source: @unchecked Sendable {
        let timer: any DispatchSourceTimer
    }

    private struct State {
        var source: Source?
        var at: Tick?
    }

    /// Dispatch does not count the time that the machine sleeps, and the clock here does: nanoseconds.
    private static let longestSleep: Int64 = 5_000_000_000

    private let queue = DispatchQueue(label: "wake-timer", qos: .userInitiated)
    private let state = Mutex(State())
    private let clock: @Sendable () -> Moment

    init(clock: @escaping @Sendable () -> Moment) {
        self.clock = clock
    }

    /// Starts calling `handler`, which then sets the next time.
    func start(_ handler: @escaping @Sendable () -> Void) {
        let source = Source(timer: DispatchSource.makeTimerSource(queue: queue))
        source.timer.setEventHandler { [weak self] in
            self?.state.withLock { $0.at = nil }
            handler()
        }
        state.withLock { state in
            state.source = source
            state.at = nil
        }
        source.timer.activate()
        handler()
    }

    /// Moves the next call to that time. One that is earlier already stays: its handler sets the time anew.
    func set(_ at: Tick?) {
        guard let at else { return }
        state.withLock { state in
            guard let source = state.source else { return }
            if let present = state.at, present <= at { return }
            state.at = at
            let wait = min(max(0, at.nanoseconds - clock().tick.nanoseconds), Self.longestSleep)
            source.timer.schedule(deadline: .now() + .nanoseconds(Int(clamping: wait)), leeway: .microseconds(200))
        }
    }

    /// Calls no more.
    func stop() {
        state.withLock { state in
            state.source?.timer.cancel()
            state.source = nil
        }
    }
}
