import BridgeCore
import DequeModule
import Marksign

/// Sees everything that happens in the simulated world, and knows what must never happen. It looks only at what
/// changes, so that it may look at every step.
final class Witness {
    unowned var world: World!
    /// The first promise that was broken.
    private(set) var broken: (promise: Promise, detail: String)?
    /// The promises that something was held against.
    private(set) var seen: Set<Promise> = []

    /// What was sent to Marksign in the last second.
    var sends: Deque<Tick> = []
    var startsSent: Set<SessionID> = []
    var created: Set<KeyName> = []
    var answers: [KeyName: [UInt8]] = [:]
    var acceptedAt: [SessionID: Tick] = [:]
    /// The final statuses that were committed or shown.
    var finals: [SessionID: SessionStatus] = [:]
    /// Under which epoch an owner that lived learned that a session was signed.
    var signedUnder: [SessionID: Int64] = [:]
    /// When a process may poll a session again.
    var pollTurns: [Poller: PollTurn] = [:]
    var eventsOfSessions: [SessionID: EventID] = [:]
    var bodies: [EventID: [UInt8]] = [:]
    var lines: [DeliveryID: Line] = [:]
    /// When each attempt ended. Two processes may attempt the same delivery at once.
    var attemptEnds: [AttemptID: Moment] = [:]
    /// When an endpoint was enabled, and those whose clients know them to be disabled.
    var enabledAt: [EndpointID: Tick] = [:]
    var disabled: Set<EndpointID> = []
    /// Since when an endpoint is to be left alone.
    var closedSince: [EndpointID: Tick] = [:]
    /// A new process may misjudge what a wall time means from then on.
    private(set) var clockHasJumped = false

    /// What is known of a delivery.
    struct Line {
        /// How often its receiver took it and its sender learned so.
        var successes = 0
        /// How often another send after a success is all right: it was cut before its record, or asked for.
        var excuses = 0
        var notBefore: Tick?
        /// When a client asked for it: it may be tried again at once.
        var wantedAt: Tick?
    }

    func demand(_ holds: Bool, _ promise: Promise, _ detail: @autoclosure () -> String = "") {
        seen.insert(promise)
        guard !holds, broken == nil else { return }
        broken = (promise, detail())
        world.note("broken", promise.rawValue, broken?.detail ?? "")
    }

    func clockJumped() {
        clockHasJumped = true
        // A process that still reads what was due reads it by the new time.
        if world.process?.isReady != true { processBegan() }
    }

    /// A process begins. All that it knows of times is what the wall clock said when they were stored.
    func processBegan() {
        guard clockHasJumped else { return }
        for id in lines.keys { lines[id]?.notBefore = nil }
    }
}
