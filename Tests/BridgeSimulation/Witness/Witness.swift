import BridgeCore
import DequeModule
import Marksign

/// Sees everything that happens in the simulated world, and knows what must never happen. It looks only at what
/// changes, so that it may look at every step.
final class Witness {
    unowned var world: World!
    /// The first promise that was broken.
    private(set) var broken: String?
    /// The promises that something was held against.
    private(set) var seen: Set<Promise> = []

    /// What was sent to Marksign in the last second.
    var sends: Deque<Tick> = []
    var startsSent: Set<SessionID> = []
    var created: Set<KeyName> = []
    var answers: [KeyName: [UInt8]] = [:]
    var acceptedAt: [SessionID: Tick] = [:]
    var eventsOfSessions: [SessionID: EventID] = [:]
    var bodies: [EventID: [UInt8]] = [:]
    var lines: [DeliveryID: Line] = [:]
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
        /// When its last attempt ended.
        var endedAt: Moment?
        var notBefore: Tick?
        /// When a client asked for it: it may be tried again at once.
        var wantedAt: Tick?
    }

    func demand(_ holds: Bool, _ promise: Promise, _ detail: @autoclosure () -> String = "") {
        seen.insert(promise)
        guard !holds, broken == nil else { return }
        broken = "\(promise.rawValue): \(detail())"
        world.note("broken", broken ?? "")
    }

    func clockJumped() {
        clockHasJumped = true
    }

    /// A process begins. All that it knows of times is what the wall clock said when they were stored.
    func processBegan() {
        guard clockHasJumped else { return }
        for id in lines.keys { lines[id]?.notBefore = nil }
    }
}
