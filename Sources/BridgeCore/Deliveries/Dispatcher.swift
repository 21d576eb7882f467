/// Decides which delivery is attempted when: a pure machine over what is due.
///
/// Each endpoint has a lane of its own. A receiver that hangs holds its own slots and nothing else: the others'
/// deliveries start at once while there is room in all, and part of it is kept from those that fail or hang.
///
/// An endpoint's rules come from several sides, and late ones may be outdated: its epoch tells. A higher one than is
/// known clears the endpoint's record, and what attempts to it under an earlier one tell counts no more.
public struct Dispatcher: Sendable {
    private let limits: DispatchLimits
    private let startedAt: Tick
    private var lanes: [EndpointID: Lane] = [:]
    private var endpoints: [DeliveryID: EndpointID] = [:]
    private var slots: SlotQueue
    /// When each lane wants to be looked at.
    private var timers = IndexedHeap<EndpointID, Tick>()
    /// Whether pages of what is pending are still to come: what is on them may come first.
    private var isResuming = true
    /// Whether no attempt begins any more.
    private var isClosing = false
    private var effects: [DeliveryID] = []

    /// A dispatcher that knows nothing yet: neither what is pending, nor what began in the second before `now`.
    public init(limits: DispatchLimits, at now: Tick) {
        self.limits = limits
        startedAt = now
        slots = SlotQueue(limits: limits)
    }

    // MARK: Inputs

    /// Deliveries became due, or will at a time. One that is known already takes the new time.
    public mutating func add(_ deliveries: [DueDelivery], at now: Moment) {
        for delivery in deliveries { place(delivery, at: now) }
        run(at: now.tick)
    }

    /// A page of what is pending in the store. Of what is known already, more is known here than in the store.
    /// No attempt begins before all pages are there.
    public mutating func resume(_ deliveries: [DueDelivery], at now: Moment) {
        isResuming = true
        for delivery in deliveries { place(delivery, keepsKnown: true, at: now) }
    }

    /// Deliveries that are due in the store for long, and may be unknown here. Those that are known are left alone.
    public mutating func remind(_ deliveries: [DueDelivery], at now: Moment) {
        for delivery in deliveries { place(delivery, keepsKnown: true, at: now) }
        run(at: now.tick)
    }

    /// All pages are there.
    public mutating func resumed(at now: Moment) {
        isResuming = false
        run(at: now.tick)
    }

    /// The request of an attempt begins: the endpoint's rate limit counts from here.
    public mutating func sending(_ id: DeliveryID, at now: Moment) {
        guard let endpoint = endpoints[id] else { return }
        lanes[endpoint]?.sending(id, at: now.tick)
        settle(endpoint, at: now.tick)
        run(at: now.tick)
    }

    /// An attempt has ended. The delivery is tried again at `retryAt`, or is over when that is `nil`.
    ///
    /// - Parameters:
    ///   - signal: What the attempt tells of the endpoint.
    ///   - lane: The endpoint's rules as the attempt read them; `nil` when it read none.
    public mutating func attempted(
        _ id: DeliveryID, retryAt: Tick?, signal: EndpointSignal, lane rules: DeliveryLane?, at now: Moment
    ) {
        guard let endpoint = endpoints[id] else { return }
        let retry = retryAt.map { min($0, now.tick + limits.longestWait) }
        let isOpen = lanes[endpoint]?.end(id, retryAt: retry, signal: signal, rules: rules, at: now.tick)
        if isOpen != true { endpoints[id] = nil }
        settle(endpoint, at: now.tick)
        run(at: now.tick)
    }

    /// The client changed an endpoint. Nothing is kept of one without deliveries: its rules come with the next.
    public mutating func configure(_ endpoint: EndpointID, _ rules: DeliveryLane, at now: Moment) {
        guard lanes[endpoint] != nil else { return }
        lanes[endpoint]?.configure(rules)
        settle(endpoint, at: now.tick)
        run(at: now.tick)
    }

    /// An endpoint was disabled or deleted, and has this epoch since. Its deliveries are forgotten; those under way end
    /// as they end, and nothing follows them. What is added under a higher epoch is new.
    public mutating func drop(_ endpoint: EndpointID, epoch: Int, at now: Moment) {
        guard let forgotten = lanes[endpoint]?.drop(under: epoch) else { return }
        for id in forgotten { endpoints[id] = nil }
        settle(endpoint, at: now.tick)
        run(at: now.tick)
    }

    /// The deliveries are another's now. Those under way end as they end, and nothing follows them; what is added later
    /// is new. No attempt begins before ``resumed(at:)``.
    public mutating func forgetAll(at now: Moment) {
        isResuming = true
        for endpoint in lanes.keys.sorted() {
            for id in lanes[endpoint]?.forgetAll() ?? [] { endpoints[id] = nil }
            settle(endpoint, at: now.tick)
        }
    }

    /// The process ends: no attempt begins any more.
    public mutating func close() {
        isClosing = true
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
    public var wakeAt: Tick? { timers.first?.priority }

    /// Attempts under way.
    public var attemptsInFlight: Int { slots.inFlight }

    /// The deliveries whose attempts are under way.
    public var underWay: [DeliveryID] { lanes.values.flatMap(\.underWay) }

    /// Whether a delivery waits or is under way.
    public func knows(_ id: DeliveryID) -> Bool { endpoints[id] != nil }

    /// Deliveries that are not over.
    public var openDeliveries: Int { endpoints.count }

    // MARK: Inside

    private mutating func place(_ delivery: DueDelivery, keepsKnown: Bool = false, at now: Moment) {
        let endpoint = delivery.endpointID
        if lanes[endpoint] == nil {
            lanes[endpoint] = Lane(
                delivery.lane, maximumInFlight: limits.maximumPerEndpoint, knownFrom: startedAt)
        }
        lanes[endpoint]?.learn(delivery.lane)
        let due = tick(of: delivery.dueAt, at: now)
        let isLeftAlone = keepsKnown && lanes[endpoint]?.knows(delivery.id) == true
        if !isLeftAlone, lanes[endpoint]?.schedule(delivery, at: due) == true {
            endpoints[delivery.id] = endpoint
        }
        settle(endpoint, at: now.tick)
    }

    /// The wall clock may have jumped since a time was stored: no wait is longer than a wait can be.
    private func tick(of due: Timestamp, at now: Moment) -> Tick {
        now.tick + min(max(due - now.wall, .zero), limits.longestWait)
    }

    private mutating func run(at now: Tick) {
        while let timer = timers.first, timer.priority <= now { settle(timer.key, at: now) }
        guard !isResuming, !isClosing else { return }
        while let endpoint = slots.next() {
            if let id = lanes[endpoint]?.begin(at: now) { effects.append(id) }
            settle(endpoint, at: now)
        }
    }

    /// Draws the consequences of a lane's change, for its slots and its timer.
    private mutating func settle(_ endpoint: EndpointID, at now: Tick) {
        lanes[endpoint]?.advance(to: now)
        if lanes[endpoint]?.isOver(at: now) == true { lanes[endpoint] = nil }
        slots.set(lanes[endpoint]?.claim(at: now), of: endpoint)
        if let wakeAt = lanes[endpoint]?.wakeAt(after: now) {
            timers.set(endpoint, to: wakeAt)
        } else {
            timers.remove(endpoint)
        }
    }
}
