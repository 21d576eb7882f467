/// The deliveries to one endpoint that are not over, and when the next of them may begin.
///
/// It knows nothing of other endpoints: whether there is a slot for it is decided by ``SlotQueue``.
struct Lane: Sendable {
    /// Whose endpoint it is.
    let clientID: ClientID
    private let maximumInFlight: Int
    /// The endpoint's, as far as it is known.
    private var epoch: Int
    /// Whether the endpoint is there and enabled, as far as is known of that epoch.
    private var isOpen = true
    private var queue: LaneQueue
    private var health = LaneHealth()
    private var rate: LaneRate
    /// How many attempts have begun; an attempt's number tells what it came after.
    private var beginnings = 0
    /// The first attempt that may know the rules of this epoch better.
    private var rulesFrom = 0

    /// A lane of nothing yet. What began before `knownFrom` is not known.
    init(_ rules: DeliveryLane, maximumInFlight: Int, knownFrom: Tick) {
        clientID = rules.clientID
        epoch = rules.epoch
        queue = LaneQueue(isOrdered: rules.ordered)
        rate = LaneRate(limit: rules.rateLimit, knownFrom: knownFrom)
        self.maximumInFlight = maximumInFlight
    }

    // MARK: Inputs

    /// A delivery is due at a time. `false`: not any more, the endpoint is disabled or gone.
    mutating func schedule(_ delivery: DueDelivery, at due: Tick) -> Bool {
        guard isOpen else { return false }
        queue.schedule(delivery, at: due)
        return true
    }

    /// Time has passed.
    mutating func advance(to now: Tick) {
        queue.advance(to: now)
    }

    /// Begins the attempt whose turn it is.
    mutating func begin(at now: Tick) -> DeliveryID? {
        let attempt = LaneItem.Attempt(number: beginnings, epoch: epoch, begunAt: now, isProbe: health.isProbed)
        guard let id = queue.begin(attempt) else { return nil }
        beginnings += 1
        rate.began(attempt.number)
        return id
    }

    /// The request of an attempt begins.
    mutating func sending(_ id: DeliveryID, at now: Tick) {
        guard let attempt = queue.attempt(of: id) else { return }
        rate.requested(attempt.number, at: now)
    }

    /// An attempt has ended. `false`: the delivery is over.
    mutating func end(
        _ id: DeliveryID, retryAt: Tick?, signal: EndpointSignal, rules: DeliveryLane?, at now: Tick
    ) -> Bool {
        guard let attempt = queue.attempt(of: id) else { return true }
        rate.ended(attempt.number)
        if let rules, rules.epoch > epoch || rules.epoch == epoch && attempt.number >= rulesFrom {
            rulesFrom = attempt.number
            follow(rules)
        }
        let madeTo = rules?.epoch ?? attempt.epoch
        if isOpen && madeTo == epoch { health.ended(signal, of: attempt, at: now) }
        let isFollowed = attempt.droppedUnder.map { madeTo > $0 } ?? true
        let next = attempt.again ?? (isFollowed ? retryAt : nil)
        queue.end(id, next: next)
        return next != nil
    }

    /// The client changed the endpoint. What attempts under way tell of the time before counts no more.
    mutating func configure(_ rules: DeliveryLane) {
        guard rules.epoch >= epoch else { return }
        rulesFrom = beginnings
        follow(rules)
    }

    /// The rules as somebody read them by the way. They may be older than what is known, unless the epoch is new.
    mutating func learn(_ rules: DeliveryLane) {
        if rules.epoch > epoch { configure(rules) }
    }

    /// The endpoint was disabled or deleted. What is forgotten: all that is not under way.
    mutating func drop(under epoch: Int) -> [DeliveryID] {
        guard epoch >= self.epoch else { return [] }
        self.epoch = epoch
        isOpen = false
        health = LaneHealth()
        return queue.drop(under: epoch)
    }

    /// The deliveries are another's now. What is forgotten: all that is not under way.
    mutating func forgetAll() -> [DeliveryID] {
        queue.drop(under: .max)
    }

    // MARK: Outputs

    /// Whether a delivery is there and goes on by itself.
    func knows(_ id: DeliveryID) -> Bool { queue.knows(id) }

    /// The deliveries whose attempts are under way.
    var underWay: [DeliveryID] { queue.underWayIDs }

    /// What it holds of the slots, and whether it wants one more.
    func claim(at now: Tick) -> SlotClaim {
        SlotClaim(
            clientID: clientID, inFlight: queue.inFlight,
            isTrusted: health.isTrusted && overdueAt.map { now < $0 } ?? true,
            wantsMore: hasNext && opensAt.map { $0 <= now } ?? true)
    }

    /// When the passing of time changes something, after ``advance(to:)`` to now.
    func wakeAt(after now: Tick) -> Tick? {
        if queue.isEmpty { return forgottenAt }
        let losesTrust = health.isTrusted ? overdueAt.flatMap { $0 > now ? $0 : nil } : nil
        let opening = hasNext ? opensAt.flatMap { $0 > now ? $0 : nil } : nil
        return [queue.nextDue, losesTrust, opening].compactMap(\.self).min()
    }

    /// Whether nothing is left, neither to do nor to remember.
    func isOver(at now: Tick) -> Bool {
        queue.isEmpty && forgottenAt.map { $0 <= now } ?? true
    }

    // MARK: Inside

    private var hasNext: Bool {
        queue.hasNext && !rate.isFull && queue.inFlight < (health.isProbed ? 1 : maximumInFlight)
    }

    private var opensAt: Tick? { [health.opensAt, rate.opensAt].compactMap(\.self).max() }

    /// When the oldest attempt under way has taken too long.
    private var overdueAt: Tick? { queue.oldestBeginning.map { $0 + LaneHealth.patience } }

    private var forgottenAt: Tick? { [health.forgottenAt, rate.forgottenAt].compactMap(\.self).max() }

    /// With a new epoch the endpoint is one of which nothing is known.
    private mutating func follow(_ rules: DeliveryLane) {
        if rules.epoch > epoch {
            epoch = rules.epoch
            isOpen = true
            health = LaneHealth()
        }
        rate.limit = rules.rateLimit
        queue.isOrdered = rules.ordered
    }
}
