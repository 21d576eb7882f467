/// The deliveries of a lane that are not over, and which of them is next.
struct LaneQueue: Sendable {
    /// Whether of a session's deliveries one goes out after another, in order.
    var isOrdered: Bool {
        didSet { if isOrdered != oldValue { reorder() } }
    }
    private var items: [DeliveryID: LaneItem] = [:]
    private var waiting = IndexedHeap<DeliveryID, Tick>()
    /// What is due and not held back by its session's order.
    private var ready = IndexedHeap<DeliveryID, LaneItem.Place>()
    /// Empty while the deliveries are not ordered.
    private var order = SessionOrder()
    /// When the attempts under way began.
    private var underWay = IndexedHeap<DeliveryID, Tick>()

    init(isOrdered: Bool) {
        self.isOrdered = isOrdered
    }

    var isEmpty: Bool { items.isEmpty }

    /// Whether the next may begin, as far as it depends on the deliveries.
    var hasNext: Bool { !ready.isEmpty }

    /// When the first of those that wait becomes due.
    var nextDue: Tick? { waiting.first?.priority }

    /// Attempts under way.
    var inFlight: Int { underWay.count }

    /// Which they are.
    var underWayIDs: [DeliveryID] { items.filter { $0.value.attempt != nil }.map(\.key) }

    /// When the oldest of them began.
    var oldestBeginning: Tick? { underWay.first?.priority }

    /// The attempt of a delivery, when it is under way.
    func attempt(of id: DeliveryID) -> LaneItem.Attempt? { items[id]?.attempt }

    /// Whether a delivery is there and goes on by itself.
    func knows(_ id: DeliveryID) -> Bool {
        items[id].map { $0.attempt?.droppedUnder == nil } ?? false
    }

    /// A delivery is due at a time. One that is known takes the new time; one under way follows itself then.
    mutating func schedule(_ delivery: DueDelivery, at due: Tick) {
        let id = delivery.id
        if var attempt = items[id]?.attempt {
            attempt.again = due
            attempt.droppedUnder = nil
            items[id]?.phase = .underWay(attempt)
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

    /// Begins the attempt of the next delivery.
    mutating func begin(_ attempt: LaneItem.Attempt) -> DeliveryID? {
        guard let id = ready.popFirst()?.key else { return nil }
        items[id]?.phase = .underWay(attempt)
        if isOrdered, let session = items[id]?.session { order.began(in: session) }
        underWay.set(id, to: attempt.begunAt)
        return id
    }

    /// The attempt of a delivery has ended: it waits for the next, or is over.
    mutating func end(_ id: DeliveryID, next: Tick?) {
        guard let item = items[id] else { return }
        underWay.remove(id)
        if let next {
            wait(id, until: next)
        } else {
            items[id] = nil
        }
        changeOrder(of: item.session) {
            $0.ended(in: $1)
            if next == nil { $0.remove(id, of: item.event, in: $1) }
        }
    }

    /// Forgets all that is not under way, and of that what was to follow; what was forgotten.
    mutating func drop(under epoch: Int) -> [DeliveryID] {
        var forgotten: [DeliveryID] = []
        for (id, item) in items {
            if var attempt = item.attempt {
                attempt.again = nil
                attempt.droppedUnder = epoch
                items[id]?.phase = .underWay(attempt)
            } else {
                forgotten.append(id)
            }
        }
        for id in forgotten { items[id] = nil }
        waiting = IndexedHeap()
        reorder()
        return forgotten
    }

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

    /// Finds out anew what is held back.
    private mutating func reorder() {
        order = SessionOrder()
        if isOrdered {
            for (id, item) in items {
                guard let session = item.session else { continue }
                order.insert(id, of: item.event, in: session)
                if item.attempt != nil { order.began(in: session) }
            }
        }
        ready = IndexedHeap()
        for id in items.keys { offer(id) }
    }
}
