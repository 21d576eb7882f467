import DequeModule
import HeapModule

/// Decides which delivery is attempted when: a pure machine over what is due.
///
/// Each endpoint has slots of its own. A receiver that hangs holds its own slots and nothing else: the others' deliveries
/// start at once while there is room in all.
public struct Dispatcher: Sendable {
    private let limits: DispatchLimits
    private var lanes: [EndpointID: Lane] = [:]
    private var states: [DeliveryID: State] = [:]
    private var timers = Heap<Timer>()
    /// Endpoints with something ready and a free slot, in turn.
    private var turns: Deque<EndpointID> = []
    private var inFlight = 0
    private var effects: [DeliveryID] = []

    private struct Lane: Sendable {
        var ready: Deque<DeliveryID> = []
        var inFlight = 0
        var hasTurn = false
    }

    private enum State: Sendable {
        case scheduled(EndpointID, Tick)
        case ready(EndpointID)
        /// Under way; what became due meanwhile follows.
        case attempted(EndpointID, again: DueDelivery?)
    }

    private struct Timer: Comparable, Sendable {
        let at: Tick
        let id: DeliveryID

        static func < (lhs: Timer, rhs: Timer) -> Bool {
            (lhs.at, lhs.id) < (rhs.at, rhs.id)
        }
    }

    /// A dispatcher of nothing yet.
    public init(limits: DispatchLimits) {
        self.limits = limits
    }

    // MARK: Inputs

    /// Deliveries became due, or will at a time. One that is known already takes the new time.
    public mutating func add(_ deliveries: [DueDelivery], at now: Moment) {
        for delivery in deliveries { place(delivery, at: now) }
        run(at: now.tick)
    }

    /// Deliveries are pending in the store. Those that are known already are further than the store's word.
    public mutating func resume(_ deliveries: [DueDelivery], at now: Moment) {
        for delivery in deliveries where states[delivery.id] == nil { place(delivery, at: now) }
        run(at: now.tick)
    }

    /// An attempt has ended. The delivery is tried again at `retryAt`, or is over when that is `nil`.
    public mutating func attempted(_ id: DeliveryID, retryAt: Timestamp?, at now: Moment) {
        guard case .attempted(let endpoint, let again) = states.removeValue(forKey: id) else { return }
        inFlight -= 1
        lanes[endpoint]?.inFlight -= 1
        let retry = retryAt.map { DueDelivery(id: id, endpointID: endpoint, dueAt: $0) }
        if let next = again ?? retry { place(next, at: now) }
        offerTurn(to: endpoint)
        if lanes[endpoint]?.inFlight == 0, lanes[endpoint]?.ready.isEmpty == true { lanes[endpoint] = nil }
        run(at: now.tick)
    }

    /// Time has passed.
    public mutating func advance(to now: Moment) {
        run(at: now.tick)
    }

    // MARK: Outputs

    /// The deliveries whose attempts are to begin now.
    public mutating func takeEffects() -> [DeliveryID] {
        guard !effects.isEmpty else { return [] }
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    /// When ``advance(to:)`` must be called at the latest.
    public var wakeAt: Tick? { timers.min?.at }

    /// Attempts under way.
    public var attemptsInFlight: Int { inFlight }

    /// Deliveries that are not over.
    public var openDeliveries: Int { states.count }

    // MARK: Inside

    private mutating func place(_ delivery: DueDelivery, at now: Moment) {
        switch states[delivery.id] {
        case .attempted(let endpoint, _):
            states[delivery.id] = .attempted(endpoint, again: delivery)
        case .ready:
            break
        case .scheduled, nil:
            // The wall clock may have jumped since it was stored: the wait is never longer than a wait can be.
            let wait = min(max(delivery.dueAt - now.wall, .zero), limits.longestWait)
            let due = now.tick + wait
            states[delivery.id] = .scheduled(delivery.endpointID, due)
            timers.insert(Timer(at: due, id: delivery.id))
        }
    }

    private mutating func run(at now: Tick) {
        while let timer = timers.min, timer.at <= now {
            timers.removeMin()
            guard case .scheduled(let endpoint, timer.at) = states[timer.id] else { continue }
            states[timer.id] = .ready(endpoint)
            lanes[endpoint, default: Lane()].ready.append(timer.id)
            offerTurn(to: endpoint)
        }
        while inFlight < limits.maximumConcurrent, let endpoint = turns.popFirst() {
            lanes[endpoint]?.hasTurn = false
            guard let id = lanes[endpoint]?.ready.popFirst() else { continue }
            lanes[endpoint]?.inFlight += 1
            inFlight += 1
            states[id] = .attempted(endpoint, again: nil)
            effects.append(id)
            offerTurn(to: endpoint)
        }
    }

    private mutating func offerTurn(to endpoint: EndpointID) {
        guard let lane = lanes[endpoint], !lane.hasTurn, !lane.ready.isEmpty,
            lane.inFlight < limits.maximumPerEndpoint
        else { return }
        lanes[endpoint]?.hasTurn = true
        turns.append(endpoint)
    }
}

/// How much is attempted at once.
public struct DispatchLimits: Sendable, Equatable {
    /// Attempts under way at once, to all endpoints.
    public let maximumConcurrent: Int
    /// Attempts under way at once to one endpoint.
    public let maximumPerEndpoint: Int
    /// No delivery waits longer for its next attempt than this.
    public let longestWait: Duration

    /// Bounds.
    public init(maximumConcurrent: Int = 1024, maximumPerEndpoint: Int = 4, longestWait: Duration) {
        self.maximumConcurrent = maximumConcurrent
        self.maximumPerEndpoint = maximumPerEndpoint
        self.longestWait = longestWait
    }
}
