/// The deliveries to one endpoint that are not over, and when the next of them may begin.
///
/// It knows nothing of other endpoints: whether there is a slot for it is decided by ``SlotQueue``.
struct Lane: Sendable {
    /// Whose endpoint it is.
    let clientID: ClientID
    private let maximumInFlight: Int
    private var isOrdered: Bool
    private var health = LaneHealth()
    private var rate: LaneRate
    private var items: [DeliveryID: LaneItem] = [:]
    private var waiting = IndexedHeap<DeliveryID, Tick>()
    /// What is due and not held back by its session's order.
    private var ready = IndexedHeap<DeliveryID, LaneItem.Place>()
    /// Empty while the endpoint is not ordered.
    private var order = SessionOrder()
    private var inFlight = 0
    /// How many attempts have begun; an attempt's number tells what it came after.
    private var beginnings = 0
    /// The first attempt that may know the rules better.
    private var rulesFrom = 0
    /// The first attempt that counts for the health.
    private var recordFrom = 0

    /// A lane of nothing yet. What began before `knownFrom` is not known.
    init(_ rules: DeliveryLane, maximumInFlight: Int, knownFrom: Tick) {
        clientID = rules.clientID
        isOrdered = rules.ordered
        rate = LaneRate(limit: rules.rateLimit, knownFrom: knownFrom)
        self.maximumInFlight = maximumInFlight
    }

    // MARK: Inputs

    /// A delivery is due at a time. One that is known takes the new time; one under way follows itself then.
    mutating func schedule(_ delivery: DueDelivery, at due: Tick) {
        let id = delivery.id
        if case .underWay(let number, _) = items[id]?.phase {
            items[id]?.phase = .underWay(number: number, again: due)
            return
        }
        if items[id] == nil {
            items[id] = LaneItem(event: delivery.eventID, session: delivery.sessionID)
            changeOrder(of: delivery.sessionID) { $0.insert(id, of: delivery.eventID, in: $1) }
        } else {
            ready.remove(id)
        }
        wait(id, until: due)
    }

    /// Time has passed.
    mutating func advance(to now: Tick) {
        while let first = waiting.first, first.priority <= now {
            waiting.remove(first.key)
            items[first.key]?.phase = .due(since: first.priority)
            offer(first.key)
        }
    }

    /// Begins the attempt whose turn it is.
    mutating func begin(at now: Tick) -> DeliveryID? {
        guard let id = ready.popFirst()?.key else { return nil }
        items[id]?.phase = .underWay(number: beginnings, again: nil)
        if isOrdered, let session = items[id]?.session { order.began(in: session) }
        beginnings += 1
        inFlight += 1
        health.began()
        rate.began(at: now)
        return id
    }

    /// An attempt has ended. `false`: the delivery is over.
    mutating func end(
        _ id: DeliveryID, retryAt: Tick?, signal: EndpointSignal, rules: DeliveryLane?, at now: Tick
    ) -> Bool {
        guard let item = items[id], case .underWay(let number, let again) = item.phase else { return true }
        inFlight -= 1
        if number >= recordFrom { health.ended(signal, at: now) }
        let next = again ?? retryAt
        if let next {
            wait(id, until: next)
        } else {
            items[id] = nil
        }
        changeOrder(of: item.session) {
            $0.ended(in: $1)
            if next == nil { $0.remove(id, of: item.event, in: $1) }
        }
        if let rules, number >= rulesFrom {
            rulesFrom = number
            follow(rules)
        }
        return next != nil
    }

    /// The client changed the endpoint. What attempts under way tell of the time before counts no more.
    mutating func configure(_ rules: DeliveryLane, clearsRecord: Bool) {
        rulesFrom = beginnings
        follow(rules)
        guard clearsRecord else { return }
        recordFrom = beginnings
        health = LaneHealth()
    }

    // MARK: Outputs

    /// What it holds of the slots, and whether it wants one more.
    func claim(at now: Tick) -> SlotClaim {
        var claim = SlotClaim(clientID: clientID, inFlight: inFlight, standing: health.standing)
        claim.wantsMore = hasNext && opensAt.map { $0 <= now } ?? true
        return claim
    }

    /// When the passing of time changes something, after ``advance(to:)`` to now.
    func wakeAt(after now: Tick) -> Tick? {
        if items.isEmpty { return forgottenAt }
        let opening = hasNext ? opensAt.flatMap { $0 > now ? $0 : nil } : nil
        return [waiting.first?.priority, opening].compactMap(\.self).min()
    }

    /// Whether nothing is left, neither to do nor to remember.
    func isOver(at now: Tick) -> Bool {
        items.isEmpty && forgottenAt.map { $0 <= now } ?? true
    }

    // MARK: Inside

    private var hasNext: Bool {
        !ready.isEmpty && inFlight < (health.standing == .probed ? 1 : maximumInFlight)
    }

    private var opensAt: Tick? { [health.opensAt, rate.opensAt].compactMap(\.self).max() }

    private var forgottenAt: Tick? { [health.forgottenAt, rate.forgottenAt].compactMap(\.self).max() }

    private mutating func wait(_ id: DeliveryID, until due: Tick) {
        items[id]?.phase = .waiting
        waiting.set(id, to: due)
    }

    private mutating func offer(_ id: DeliveryID) {
        guard let item = items[id], case .due(let since) = item.phase else { return }
        if isOrdered, let session = item.session, order.next(in: session) != id { return }
        ready.set(id, to: LaneItem.Place(since: since, event: item.event))
    }

    /// Changes what is known of a session's order; another delivery may be the next one then.
    private mutating func changeOrder(of session: SessionID?, _ change: (inout SessionOrder, SessionID) -> Void) {
        guard isOrdered, let session else { return }
        let before = order.next(in: session)
        change(&order, session)
        let after = order.next(in: session)
        guard before != after else { return }
        if let before { ready.remove(before) }
        if let after { offer(after) }
    }

    private mutating func follow(_ rules: DeliveryLane) {
        rate.limit = rules.rateLimit
        guard rules.ordered != isOrdered else { return }
        isOrdered = rules.ordered
        order = SessionOrder()
        if isOrdered {
            for (id, item) in items {
                guard let session = item.session else { continue }
                order.insert(id, of: item.event, in: session)
                if item.isUnderWay { order.began(in: session) }
            }
        }
        ready = IndexedHeap()
        for id in items.keys { offer(id) }
    }
}
